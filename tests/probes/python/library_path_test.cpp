#include "probes/python/library_path.hpp"

#include <gmock/gmock.h>

#include "fact_names/installed.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LibraryPath, LibrariesAreNamedByTheirFiles) {
  ASSERT_TRUE(parse_cuda_library("libnvJitLink.so.12.1.105"));
  EXPECT_EQ(parse_cuda_library("libnvJitLink.so.12.1.105")->package, "nvidia-nvjitlink");
  EXPECT_EQ(parse_cuda_library("libcudnn.so.9.1.0")->version.text(), "9.1.0");
  for (const char* other : {"libnvJitLink.so.12", "libnvJitLink.so", "libcudnn_cnn.so.9.1.0", "libcuda.so.550.54",
                            "libfoo.so.1.2", ".so.1.2", "", "libcudnn.so.x.y"})
    EXPECT_FALSE(parse_cuda_library(other)) << other;
}

/// What is said of a folder that LD_LIBRARY_PATH names, beside wheels of CUDA 12.4.
std::vector<std::string> shadowed_by(const std::string& path, const std::string& folder,
                                     std::vector<std::string> files) {
  Evidence evidence;
  Answer variable, list;
  variable.outcome = list.outcome = Outcome::found;
  variable.text = path;
  list.names = std::move(files);
  evidence.set("env:LD_LIBRARY_PATH", variable);
  evidence.set("list:" + folder, list);
  HostFacts facts;
  read_library_path(evidence,
                    {{"nvidia-nvjitlink-cu12", *Version::parse("12.4.127")},
                     {"nvidia-cudnn-cu12", *Version::parse("9.1.0.70")},
                     {"nvidia-cublas-cu12", *Version::parse("12.4.5.8")}},
                    facts);
  const auto* found = facts.get(fact::installed::library_shadowed);
  return found ? *found : std::vector<std::string>{};
}

TEST(LibraryPath, OlderLibrariesOfTheSameMajorVersionShadow) {
  const std::string folder = "/usr/local/cuda-12.1/lib64";
  EXPECT_THAT(shadowed_by(folder + ":", folder, {"libcublas.so.12.1.3.1", "libnvJitLink.so.12.1.105"}),
              ElementsAre(HasSubstr("libnvJitLink.so.12.1.105 and 1 more in " + folder)));
  EXPECT_THAT(shadowed_by("/opt/x/lib:" + folder + "/", folder, {"libcublas.so.12.1.3.1"}),
              ElementsAre(HasSubstr("installed: nvidia-cublas 12.4.5.8")));
}

TEST(LibraryPath, OthersDoNot) {
  const std::string folder = "/usr/local/cuda/lib64";
  EXPECT_TRUE(shadowed_by(folder, folder, {"libnvJitLink.so.12.4.127", "libcudnn.so.9.1.0"}).empty());
  EXPECT_TRUE(shadowed_by(folder, folder, {"libnvJitLink.so.12.9.41"}).empty());
  EXPECT_TRUE(shadowed_by(folder, folder, {"libcublas.so.11.5.2.43", "libcudnn.so.8.0.3"}).empty());
  EXPECT_TRUE(shadowed_by(folder, folder, {"libnvJitLink.so.12", "libcufft.so.11.0.2.54"}).empty());
  EXPECT_TRUE(shadowed_by("", folder, {"libnvJitLink.so.12.1.105"}).empty());
}

// What lies in a folder that is not CUDA's is nobody's business, and neither is what lies in many.
TEST(LibraryPath, OnlyFoldersOfCudaAreListed) {
  const auto requested = [](const std::string& path) {
    Evidence evidence;
    Answer variable;
    variable.outcome = Outcome::found;
    variable.text = path;
    evidence.set("env:LD_LIBRARY_PATH", variable);
    std::vector<std::string> folders;
    for (const Request& request : library_path_requests(evidence))
      if (request.kind == Kind::list) folders.push_back(request.target);
    return folders;
  };
  EXPECT_THAT(requested("/home/x/lib:/opt/CUDA/lib64/:relative/cuda:/a*/cuda::/apps/cudnn/8"),
              ElementsAre("/opt/CUDA/lib64", "/apps/cudnn/8"));
  std::string many;
  for (int n = 0; n < 100; ++n) many += "/cuda" + std::to_string(n) + ":";
  EXPECT_EQ(requested(many).size(), 16u);
}

}  // namespace
}  // namespace rigfit
