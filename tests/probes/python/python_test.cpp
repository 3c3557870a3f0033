#include <gmock/gmock.h>

#include "probes/python/frameworks.hpp"
#include "probes/python/gpu_code.hpp"
#include "probes/python/packages.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Packages, FoldersOfPip) {
  EXPECT_EQ(parse_dist_info("jaxlib-0.11.0.dist-info")->name, "jaxlib");
  EXPECT_EQ(parse_dist_info("jaxlib-0.11.0.dist-info")->version, "0.11.0");
  EXPECT_EQ(parse_dist_info("Jax_Metal-0.1.1.dist-info")->name, "jax_metal");
  for (const char* name : {"jaxlib", "jaxlib.dist-info", "-1.dist-info", "x-.dist-info", ".dist-info", ""})
    EXPECT_FALSE(parse_dist_info(name)) << name;
}

TEST(Packages, OfEveryListedFolder) {
  Evidence evidence;
  Answer list;
  list.outcome = Outcome::found;
  list.names = {"libtpu-0.0.44.dist-info", "readme.txt"};
  evidence.set("list:~/.local/lib/python3.12/site-packages", list);
  evidence.set("list:/usr/lib/python3/dist-packages", list);
  evidence.set("list:/usr/lib", list);
  ASSERT_EQ(installed_packages(evidence).size(), 2u);
  EXPECT_EQ(installed_packages(evidence)[1].folder, "~/.local/lib/python3.12/site-packages");
}

TEST(GpuCode, IsWhatMostFatBinariesHave) {
  const auto code = parse_gpu_code(
      R"({"file": "libtorch_cuda.so", "fatbins": 10, "whole": false, "sets": [
          {"fatbins": 4, "targets": ["8.0", "9.0", "12.0+PTX"]}, {"fatbins": 3, "targets": ["8.0", "12.0"]},
          {"fatbins": 2, "targets": ["9.0a"]}, {"fatbins": 1, "targets": ["8.0", "9.0", "PTX 12.0"]}]})");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->file, "libtorch_cuda.so");
  EXPECT_EQ(code->fatbins, 10);
  EXPECT_FALSE(code->whole);
  EXPECT_THAT(code->targets, ElementsAre("8.0", "9.0", "12.0+PTX"));
  const auto ptx = parse_gpu_code(R"({"fatbins": 2, "sets": [{"fatbins": 2, "targets": ["8.0", "PTX 9.0"]}]})");
  ASSERT_TRUE(ptx);
  EXPECT_THAT(ptx->targets, ElementsAre("8.0", "PTX 9.0"));
}

TEST(GpuCode, IsUnknownWhereNothingTellsOfIt) {
  for (const char* text :
       {"", "[]", "{", R"({"fatbins": 0, "whole": true, "sets": []})", R"({"fatbins": 9, "sets": {"targets": 3}})",
        R"({"fatbins": -1, "sets": [{"fatbins": 1, "targets": ["8.0"]}]})",
        R"({"fatbins": 1e300, "sets": [{"fatbins": 1, "targets": ["8.0"]}]})",
        R"({"fatbins": 3, "sets": [{"fatbins": 1, "targets": ["8.0", 7]}, 5, {"fatbins": "x", "targets": "8.0"}]})"})
    EXPECT_FALSE(parse_gpu_code(text)) << text;
}

// Only where a program finds it first, and only a build for CUDA.
TEST(GpuCode, IsLookedForInBuildsForCuda) {
  Evidence evidence;
  const auto found = [](std::vector<std::string> names, std::string text = "") {
    Answer answer;
    answer.outcome = Outcome::found;
    answer.names = std::move(names);
    answer.text = std::move(text);
    return answer;
  };
  evidence.set("list:~/.local/lib", found({"python3.12"}));
  evidence.set("list:/usr/local/lib", found({"python3.12"}));
  const std::string mine = "~/.local/lib/python3.12/site-packages", all = "/usr/local/lib/python3.12/site-packages";
  evidence.set("list:" + mine, found({"torch-2.14.0.dist-info"}));
  evidence.set("list:" + all, found({"torch-2.12.0.dist-info", "jax-0.12.0.dist-info", "jaxlib-0.12.0.dist-info"}));
  EXPECT_THAT(gpu_code_requests(evidence), IsEmpty()) << "whether torch was built for CUDA is not known yet";
  evidence.set("file:" + mine + "/torch/version.py", found({}, "cuda: Optional[str] = None\n"));
  EXPECT_THAT(gpu_code_requests(evidence), IsEmpty()) << "a build for CPUs, and JAX without its plug-in";
  evidence.set("file:" + mine + "/torch/version.py", found({}, "cuda: Optional[str] = '13.0'\n"));
  ASSERT_EQ(gpu_code_requests(evidence).size(), 1u);
  EXPECT_EQ(key_of(gpu_code_requests(evidence).front()),
            "ask:gpu-code " + mine + "/torch/lib/libtorch_cuda.so " + mine + "/torch/lib/libtorch_cuda_cu.so");
}

TEST(Packages, AreReadFromTheNamesOfTheirMetadata) {
  const auto torch = parse_package_folder("torch-2.14.0+cu130.dist-info");
  ASSERT_TRUE(torch);
  EXPECT_EQ(torch->name, "torch");
  EXPECT_EQ(torch->version.text(), "2.14.0+cu130");
  EXPECT_EQ(parse_package_folder("nvidia_cuda_runtime_cu12-12.8.90.dist-info")->name, "nvidia-cuda-runtime-cu12");
  EXPECT_EQ(parse_package_folder("torch-2.1.0-py3.11.egg-info")->version.text(), "2.1.0");
  for (const char* wrong : {"torch", "-1.0.dist-info", "torch-.dist-info", "torch-x.dist-info", ".dist-info", ""})
    EXPECT_FALSE(parse_package_folder(wrong)) << wrong;
}

TEST(Packages, TellTheirCuda) {
  EXPECT_EQ(cuda_in_suffix("2.14.0+cu130"), "13.0");
  EXPECT_EQ(cuda_in_suffix("2.1.0+cu118"), "11.8");
  for (const char* none : {"2.14.0", "2.14.0+cpu", "2.14.0+cu", "2.14.0+cu1", "2.14.0+cu123456"})
    EXPECT_EQ(cuda_in_suffix(none), "") << none;
  EXPECT_EQ(assigned_text("debug = False\ncuda: Optional[str] = '12.8'\n", "cuda"), "12.8");
  EXPECT_EQ(assigned_text("cuda: Optional[str] = None\n", "cuda"), "");
  EXPECT_EQ(assigned_text("cuda_arch = '9'\ncuda = \"13.0\"\n", "cuda"), "13.0");
}

}  // namespace
}  // namespace rigfit
