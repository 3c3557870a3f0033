#include "report/env/env.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "what_if/machine.hpp"

namespace rigfit {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const EnvKind& kind(std::string_view name) {
  for (const EnvKind& one : env_kinds())
    if (one.name == name) return one;
  ADD_FAILURE() << name;
  return env_kinds().front();
}

std::string written(const Analysis& analysis, std::string_view kind_name, const std::string& framework = "pytorch") {
  const auto plan = plan_environment(analysis, framework, kind(kind_name));
  EXPECT_TRUE(plan) << kind_name << ": " << plan.error();
  return plan ? kind(kind_name).write(*plan) : "";
}

Purpose of_framework(const std::string& framework) {
  Purpose purpose;
  purpose.wishes.candidates = {framework};
  return purpose;
}

// https://peps.python.org/pep-0508/
TEST(Requirement, IsTakenApart) {
  const PackageRequirement jax = parse_requirement("jax[cuda13,k8s]<0.13");
  EXPECT_EQ(jax.name, "jax");
  EXPECT_THAT(jax.extras, ElementsAre("cuda13", "k8s"));
  EXPECT_EQ(jax.version, "<0.13");
  const PackageRequirement rocm = parse_requirement("tensorflow-rocm>=2.18,<2.21");
  EXPECT_EQ(rocm.name, "tensorflow-rocm");
  EXPECT_EQ(rocm.version, ">=2.18,<2.21");
  const PackageRequirement wheel = parse_requirement(
      "https://developer.download.nvidia.com/compute/redist/jp/v512/pytorch/torch-2.1.0a0+41361538.nv23.06-cp38-cp38-"
      "linux_aarch64.whl");
  EXPECT_EQ(wheel.name, "torch");
  EXPECT_EQ(wheel.text, "torch @ " + wheel.url);
  EXPECT_EQ(parse_requirement("nki").version, "");
}

TEST(Env, EveryImageIsForBuildsThatExist) {
  std::set<std::string> builds;
  for (const FrameworkRule& framework : built_in()->frameworks)
    for (const Build& build : framework.builds) builds.insert(build.id);
  for (const BaseImage& base : built_in()->environments->bases)
    for (const std::string& build : base.builds) EXPECT_THAT(builds, Contains(build)) << base.id;
}

TEST(Env, AnImageIsNeverNewerThanTheDriver) {
  // Driver 550 runs CUDA 12, and no CUDA 13 (https://docs.nvidia.com/deploy/cuda-compatibility/).
  const Analysis analysis = analyzed("cuda/ready-driver-too-old");
  const auto plan = plan_environment(analysis, "pytorch", kind("docker"));
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->build->runtime, testing::StartsWith("12.")) << plan->build->id;
  const Analysis llama = analyzed("cuda/ready-driver-too-old", of_framework("llamacpp"));
  EXPECT_THAT(written(llama, "docker", "llamacpp"), HasSubstr("FROM docker.io/nvidia/cuda:12."));
  const Analysis newer = analyzed("cuda/ready-two-gpus", of_framework("llamacpp"));
  EXPECT_THAT(written(newer, "docker", "llamacpp"), HasSubstr("FROM docker.io/nvidia/cuda:13."));
}

TEST(Env, ADriverThatRunsNothingIsToBeUpdatedFirst) {
  Purpose purpose;
  purpose.what_if.gpus = {"RTX 5090"};
  purpose.what_if.driver = "550";
  const Analysis analysis = analyzed("cuda/ready-two-gpus", purpose);
  const auto plan = plan_environment(analysis, "pytorch", kind("docker"));
  ASSERT_TRUE(plan) << plan.error();
  bool is_said = false;
  for (const std::string& warning : plan->warnings) is_said = is_said || warning.find("blocked") != warning.npos;
  EXPECT_TRUE(is_said);
}

TEST(Env, AContainerBringsItsOwnCLibraryAndPython) {
  // The wheels need glibc 2.28, which the host may lack: it is the image's that counts.
  const Analysis analysis = analyzed("host/no-accelerator");
  const auto plan = plan_environment(analysis, "pytorch", kind("docker"));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->build->id, "pytorch-2.15-cpu");
  EXPECT_TRUE(plan->docker_options.empty());
  EXPECT_THAT(written(analysis, "docker"), Not(HasSubstr("--gpus")));
}

TEST(Env, RocmContainersGetTheNodesAndTheGroupsOfThisMachine) {
  const Analysis analysis = analyzed("rocm/ready-instinct");
  const auto plan = plan_environment(analysis, "pytorch", kind("docker"));
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->docker_options, Contains("--device=/dev/kfd"));
  EXPECT_THAT(plan->docker_options, Contains("--device=/dev/dri"));
  const std::string text = written(analysis, "docker");
  EXPECT_THAT(text, HasSubstr("--group-add="));
  EXPECT_THAT(text, Not(HasSubstr("--gpus")));
  EXPECT_THAT(written(analysis, "apptainer"), HasSubstr("--rocm"));
}

TEST(Env, CudaContainersGetTheGpusByTheToolkit) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus");
  const std::string text = written(analysis, "docker");
  EXPECT_THAT(text, HasSubstr("--gpus=all"));
  EXPECT_THAT(text, HasSubstr("ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility"));
  EXPECT_THAT(written(analysis, "apptainer"), HasSubstr("apptainer run --nv "));
  const auto json = nlohmann::json::parse(written(analysis, "devcontainer"));
  EXPECT_THAT(json["runArgs"], Contains("--gpus=all"));
  EXPECT_EQ(json["containerEnv"]["NVIDIA_VISIBLE_DEVICES"], "all");
}

TEST(Env, MacsComputeOnTheCpuInContainersAndThatIsSaid) {
  const Analysis analysis = analyzed("mps/ready");
  const auto plan = plan_environment(analysis, "pytorch", kind("docker"));
  ASSERT_TRUE(plan) << plan.error();
  EXPECT_EQ(plan->build->platform, "cpu");
  EXPECT_EQ(plan->system, "linux");
  EXPECT_THAT(plan->warnings, Contains(HasSubstr("no GPU on macOS")));
  const auto outside = plan_environment(analysis, "pytorch", kind("uv"));
  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->build->platform, "mps");
  EXPECT_THAT(written(analysis, "uv"), HasSubstr("sys_platform == 'darwin' and platform_machine == 'arm64'"));
  EXPECT_THAT(written(analysis, "pixi"), HasSubstr("osx-arm64"));
}

TEST(Env, GaudiHasAContainerAndNoPackage) {
  const Analysis analysis = analyzed("gaudi/ready");
  const auto pip = plan_environment(analysis, "pytorch", kind("pip"));
  ASSERT_FALSE(pip);
  EXPECT_THAT(pip.error(), HasSubstr("rigfit env docker"));
  const std::string text = written(analysis, "docker");
  EXPECT_THAT(text, HasSubstr("FROM vault.habana.ai/gaudi-docker/"));
  EXPECT_THAT(text, HasSubstr("--runtime=habana"));
  EXPECT_THAT(text, Not(HasSubstr("pip install")));
}

TEST(Env, IndexesAreThoseOfTheInstallCommand) {
  const Analysis analysis = analyzed("cuda/ready-driver-too-old");
  const auto plan = plan_environment(analysis, "pytorch", kind("uv"));
  ASSERT_TRUE(plan);
  ASSERT_NE(plan->index_url, "");
  EXPECT_THAT(analysis.recommendation->install, HasSubstr(plan->index_url)) << "what is recommended is what is written";
  const std::string uv = written(analysis, "uv");
  EXPECT_THAT(uv, HasSubstr("url = \"" + plan->index_url + "\"\nexplicit = true"));
  EXPECT_THAT(uv, HasSubstr("torch = { index = "));
  EXPECT_THAT(written(analysis, "pip"), HasSubstr("\n--index-url " + plan->index_url + "\n"));
  EXPECT_THAT(written(analysis, "conda"), HasSubstr("      - \"--index-url " + plan->index_url + "\"\n"));
  EXPECT_THAT(written(analysis, "pixi"), HasSubstr("index = \"" + plan->index_url + "\""));
}

TEST(Env, EveryKindIsWrittenForEveryReadyMachine) {
  for (const char* name :
       {"ascend/ready", "tpu/ready-v5e", "xpu/ready-started", "rocm/ready-instinct", "cuda/ready-jetson-orin",
        "cuda/ready-gb10-unified-memory", "host/arm-server", "mixed/nvidia-and-amd"}) {
    const Analysis analysis = analyzed(name);
    for (const EnvKind& one : env_kinds()) {
      const auto plan = plan_environment(analysis, "", one);
      if (!plan) {
        ADD_FAILURE() << name << " " << one.name << ": " << plan.error();
        continue;
      }
      const std::string text = one.write(*plan);
      EXPECT_THAT(text, Not(HasSubstr("{python}"))) << name << " " << one.name;
      EXPECT_THAT(text, Not(HasSubstr("{device"))) << name << " " << one.name;
      EXPECT_THAT(text, Not(HasSubstr("{n}"))) << name << " " << one.name;
      EXPECT_TRUE(text.ends_with('\n')) << name << " " << one.name;
      if (one.is_container) {
        EXPECT_NE(plan->image, "") << name << " " << one.name;
      }
    }
  }
}

}  // namespace
}  // namespace rigfit
