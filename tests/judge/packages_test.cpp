// Which packages of an environment do not belong together.
#include "judge/installed/packages.hpp"

#include "fact_names/install.hpp"
#include "fact_names/installed.hpp"
#include "judge/machine.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> faults(const InstalledPackages& packages, std::string_view os = "linux",
                                std::string_view cuda = "") {
  std::vector<std::string> ids;
  for (const PackageFault& fault : package_faults(*shipped().packages, packages, os, cuda)) ids.push_back(fault.id);
  return ids;
}

TEST(Packages, TorchTakesItsOwnTorchvision) {
  EXPECT_THAT(faults({{"torch", "2.4.0+cu121"}, {"torchvision", "0.20.1+cu124"}}), ElementsAre("torchvision"));
  EXPECT_THAT(faults({{"torch", "2.4.1"}, {"torchvision", "0.19.1"}}), IsEmpty());
  EXPECT_THAT(faults({{"torch", "2.15.0"}, {"torchvision", "0.30.0"}}), IsEmpty());
  EXPECT_THAT(faults({{"torch", "2.15.0"}, {"torchvision", "0.29.1"}}), ElementsAre("torchvision"));
  EXPECT_THAT(faults({{"torch", "3.0.0"}, {"torchvision", "0.40.0"}}), IsEmpty()) << "no row is about it";
  EXPECT_THAT(faults({{"torchvision", "0.20.1"}}), IsEmpty());
}

// From 2.11 on one torchaudio goes with every later torch.
TEST(Packages, TorchaudioIsTiedUntil211) {
  EXPECT_THAT(faults({{"torch", "2.14.1"}, {"torchaudio", "2.11.0"}}), IsEmpty());
  EXPECT_THAT(faults({{"torch", "2.14.1"}, {"torchaudio", "2.10.0"}}), ElementsAre("torchaudio"));
  EXPECT_THAT(faults({{"torch", "2.10.0"}, {"torchaudio", "2.11.0"}}), ElementsAre("torchaudio"));
}

TEST(Packages, JaxTakesAPluginOfItsVersion) {
  EXPECT_THAT(faults({{"jaxlib", "0.4.38"}, {"jax-cuda12-plugin", "0.5.0"}, {"jax-cuda12-pjrt", "0.5.0"}}),
              ElementsAre("jax_plugin"));
  EXPECT_THAT(faults({{"jaxlib", "0.9.0.1"}, {"jax-cuda12-plugin", "0.9.2"}, {"jax-cuda12-pjrt", "0.9.0.1"}}),
              ElementsAre("jax_plugin", "jax_pjrt"));
  EXPECT_THAT(faults({{"jaxlib", "0.9.2"}, {"jax-cuda13-plugin", "0.9.2"}, {"jax-cuda13-pjrt", "0.9.2"}}), IsEmpty());
}

TEST(Packages, CudnnIsTheOneOfTheBuildOrALaterOne) {
  const InstalledPackages torch{{"torch", "2.8.0+cu128"}, {"nvidia-cudnn-cu12", "9.5.1.17"}};
  EXPECT_THAT(faults(torch, "linux", "12.8"), ElementsAre("cudnn_torch"));
  EXPECT_THAT(faults(torch, "linux", ""), IsEmpty()) << "what it was built for is not known";
  EXPECT_THAT(faults(torch, "linux", "13.0"), IsEmpty()) << "it takes the other package";
  EXPECT_THAT(faults({{"torch", "2.8.0+cu128"}, {"nvidia-cudnn-cu12", "9.14.0.64"}}, "linux", "12.8"), IsEmpty());
  EXPECT_THAT(faults({{"tensorflow", "2.18.0"}, {"nvidia-cudnn-cu12", "8.9.7.29"}}), ElementsAre("cudnn_tensorflow"));
  EXPECT_THAT(faults({{"jax-cuda12-plugin", "0.6.2"}, {"nvidia-cudnn-cu12", "9.1.0.70"}}), ElementsAre("cudnn_jax"));
}

TEST(Packages, NumPy2NeedsABuildThatKnowsIt) {
  EXPECT_THAT(faults({{"torch", "2.2.2"}, {"numpy", "2.0.1"}}), ElementsAre("numpy_torch"));
  EXPECT_THAT(faults({{"torch", "2.3.1"}, {"numpy", "2.0.1"}}), IsEmpty());
  EXPECT_THAT(faults({{"torch", "2.3.1"}, {"numpy", "2.0.1"}}, "windows"), ElementsAre("numpy_torch"));
  EXPECT_THAT(faults({{"tensorflow", "2.17.1"}, {"numpy", "2.1.0"}}), ElementsAre("numpy_tensorflow"));
  EXPECT_THAT(faults({{"jaxlib", "0.4.25"}, {"numpy", "1.26.4"}}), IsEmpty());
}

TEST(Packages, OneCopyOfALibraryIsEnough) {
  EXPECT_THAT(faults({{"nvidia-nccl-cu12", "2.29.3"}, {"nvidia-nccl-cu13", "2.29.7"}}), ElementsAre("nccl"));
  EXPECT_THAT(faults({{"nvidia-nccl-cu13", "2.29.7"}}), IsEmpty());
}

TEST(Packages, AreRepairedByTheirOwnInterpreterFromTheIndexOfTheBuild) {
  Machine machine("linux", "x86_64");
  machine.facts.host.set(fact::installed::packages,
                         std::vector<std::string>{"torch 2.4.0+cu121", "torchvision 0.20.1+cu124", "numpy 1.26.4"},
                         {"list:x"});
  machine.facts.host.set(fact::installed::python, std::string("~/venv/bin/python"), {});
  judge_installed(shipped(), machine.facts);
  EXPECT_EQ(to_text(machine.facts.host.at(fact::install::torchvision::command)),
            "~/venv/bin/python -m pip install \"torchvision>=0.19,<0.20\" --index-url "
            "https://download.pytorch.org/whl/cu121");
  EXPECT_FALSE(machine.facts.host.has(fact::install::torchaudio::command));
  EXPECT_FALSE(machine.facts.host.has(fact::install::pytorch::command)) << "no accelerator is here";
}

TEST(Packages, TheBuildForThisMachineIsTheOneThatIsResolved) {
  Machine machine("linux", "x86_64");
  machine.driver("560.35.03").device("cuda", State::ready, {{"compute_capability", "8.6"}});
  Platform& cuda = *machine.facts.platform("cuda");
  cuda.layers.set(Layer::bus, Truth::yes, "it is there");
  machine.facts.host.set(fact::installed::packages, std::vector<std::string>{"torch 2.8.0+cpu"}, {"list:x"});
  machine.facts.host.set(fact::installed::python, std::string("/opt/conda/bin/python"), {});
  machine.facts.host.set(fact::installed::python_version, *Version::parse("3.12"), {});
  judge_installed(shipped(), machine.facts);
  const std::string command = to_text(machine.facts.host.at(fact::install::pytorch::command));
  EXPECT_THAT(command, testing::StartsWith("/opt/conda/bin/python -m pip install --upgrade --force-reinstall "));
  EXPECT_THAT(command, testing::HasSubstr("--index-url https://download.pytorch.org/whl/cu126"))
      << "the newest build that driver 560 runs";
}

}  // namespace
}  // namespace rigfit
