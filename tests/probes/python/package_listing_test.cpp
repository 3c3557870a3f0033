#include "probes/python/package_listing.hpp"

#include <gmock/gmock.h>

#include "probes/python/python.hpp"

namespace rigfit {
namespace {

std::vector<std::string> named(std::string_view text) {
  std::vector<std::string> all;
  for (const NamedPackage& package : parse_package_listing(text))
    all.push_back(package.name + " " + package.version.text());
  return all;
}

TEST(PackageListing, OfPipInEachOfItsForms) {
  using testing::ElementsAre;
  EXPECT_THAT(
      named(
          "Package            Version         Editable project location\n"
          "------------------ --------------- -------------------------\n"
          "nvidia_cudnn-cu12  9.1.0.70\r\ntorch              2.6.0+cu124\nmine               0.1             ~/mine\n"),
      ElementsAre("nvidia-cudnn-cu12 9.1.0.70", "torch 2.6.0+cu124", "mine 0.1"));
  EXPECT_THAT(
      named("jax==0.11.0\njaxlib==0.11.0\nmine @ file:///home/x/mine\n-e git+https://x/y@1#egg=z\n# a comment\n"),
      ElementsAre("jax 0.11.0", "jaxlib 0.11.0"));
  EXPECT_THAT(named("[{\"name\": \"torch\", \"version\": \"2.6.0\"}, {\"name\": 1}, 7]"), ElementsAre("torch 2.6.0"));
}

TEST(PackageListing, OfCondaNamesPyTorchInItsOwnWay) {
  EXPECT_THAT(named("# packages in environment at /opt/conda:\n#\n"
                    "# Name                    Version                   Build  Channel\n"
                    "pytorch                   2.5.1           py3.12_cuda12.4_cudnn9.1.0_0    pytorch\n"
                    "numpy                     2.1.3                    pypi_0    pypi\n"),
              testing::ElementsAre("torch 2.5.1+cu124", "numpy 2.1.3"));
}

TEST(PackageListing, OfCondaTellsWhatABuildIsFor) {
  const auto built = [](const std::string& build) {
    return named("# packages in environment at /opt/conda:\npytorch  2.2.2  " + build + "  pytorch\n");
  };
  EXPECT_THAT(built("py3.10_cpu_0"), testing::ElementsAre("torch 2.2.2+cpu"));
  EXPECT_THAT(built("cpu_generic_py312_h5bd4e55_206"), testing::ElementsAre("torch 2.2.2+cpu"));
  EXPECT_THAT(built("cuda126_generic_py312_h5bd4e55_206"), testing::ElementsAre("torch 2.2.2+cu126"));
  EXPECT_THAT(built("gpu_cuda118py310h8b36fe1_1"), testing::ElementsAre("torch 2.2.2+cu118"));
  EXPECT_THAT(built("py3.7_cuda10.1.243_cudnn7.6.3_0"), testing::ElementsAre("torch 2.2.2+cu101"));
  // conda-forge compiles for other GPUs than the wheels, of which the tables tell.
  EXPECT_THAT(named("# packages in environment at /opt/conda:\npytorch  2.8.0  cuda128_generic_py312_0  conda-forge\n"
                    "# Name\npytorch-cpu  2.8.0  cpu_generic_py312_0  conda-forge\n"),
              testing::ElementsAre("torch 2.8.0", "torch 2.8.0+cpu"));
  for (const char* unknown : {"py312_0", "cuda", "cuda_0", "cuda12._0", "cuda.4", "mkl_py312", "_cuda_"})
    EXPECT_THAT(built(unknown), testing::ElementsAre("torch 2.2.2")) << unknown;
}

TEST(PackageListing, ThatIsCutOrHostileIsNoPackage) {
  for (const char* text : {"", "[", "[{\"name\":", "==", "torch ==", "torch", "Package Version\n", "torch x"})
    EXPECT_THAT(named(text), testing::IsEmpty()) << text;
}

Answer printed(const std::string& text) {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = text;
  return answer;
}

TEST(PackageListing, ARecordedOneIsEvidence) {
  Evidence evidence;
  evidence.os = "linux";
  evidence.set("command:python3 --version", printed("Python 3.12.3\n"));
  evidence.set("command:uv pip list", printed("torch 2.8.0+rocm6.4\ntorchvision 0.23.0+rocm6.4\n"));
  evidence.set("command:pip install torch", printed("torch 9.9\n"));
  const Facts facts = python_probe.read(evidence, DeviceTable{});
  EXPECT_EQ(to_text(facts.host.at_by_name("framework.torch.version")), "2.8.0+rocm6.4");
  EXPECT_EQ(to_text(facts.host.at_by_name("framework.torch.hip")), "6.4");
  EXPECT_EQ(to_text(facts.host.at_by_name("framework.torch.where")), "what `uv pip list` printed");
  EXPECT_EQ(to_text(facts.host.at_by_name("python.version")), "3.12");
  EXPECT_EQ(to_text(facts.host.at_by_name("installed.python_version")), "3.12");
  EXPECT_THAT(facts.host.at_by_name("installed.packages").sources, testing::ElementsAre("command:uv pip list"));
}

}  // namespace
}  // namespace rigfit
