#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "report/report.hpp"
#include "what_if/machine.hpp"

namespace rigfit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Purpose with_gpu(std::vector<std::string> gpus, std::string driver = "") {
  Purpose purpose;
  purpose.what_if.gpus = std::move(gpus);
  purpose.what_if.driver = std::move(driver);
  return purpose;
}
Purpose with_driver(std::string driver) { return with_gpu({}, std::move(driver)); }

std::vector<std::string> finding_ids(const Analysis& analysis) {
  std::vector<std::string> ids;
  for (const Finding& finding : analysis.diagnosis.findings) ids.push_back(finding.id);
  return ids;
}

const Candidate& pytorch(const Analysis& analysis) { return *analysis.recommendation->candidate("pytorch"); }

/// The build of PyTorch that runs there.
std::string build_of(const Analysis& analysis) {
  for (const Resolution& resolution : pytorch(analysis).support.resolutions)
    if (resolution.platform == pytorch(analysis).support.best_platform && resolution.chosen)
      return resolution.chosen->id;
  return "";
}

TEST(Suppose, AnotherGpuTakesThePlaceOfTheCards) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus", with_gpu({"RTX 5090"}));
  const Platform& cuda = *analysis.facts.platform("cuda");
  ASSERT_EQ(cuda.devices.size(), 1u);
  EXPECT_EQ(cuda.devices[0].state, State::ready);
  EXPECT_EQ(*cuda.devices[0].facts.get(fact::device::compute_capability), *Version::parse("12.0"));
  EXPECT_NE(cuda.devices[0].facts.get(fact::device::dtypes), nullptr) << "the rules' tables say it of the capability";
  EXPECT_EQ(cuda.facts.get(fact::cuda::driver_version)->part(0), 580u) << "the driver stays";
  EXPECT_EQ(build_of(analysis), "pytorch-2.15-cuda13");
  EXPECT_EQ(analysis.what_if, "with GeForce RTX 5090");
}

TEST(Suppose, AGpuOnAMachineWithoutItsDriverIsBlockedAndThatIsSaid) {
  const Analysis analysis = analyzed("host/no-accelerator", with_gpu({"2x RTX 4090"}));
  const Platform& cuda = *analysis.facts.platform("cuda");
  ASSERT_EQ(cuda.devices.size(), 2u);
  EXPECT_EQ(cuda.state, State::blocked);
  EXPECT_THAT(finding_ids(analysis), Contains("cuda.driver.not_bound"));
  EXPECT_EQ(pytorch(analysis).support.after.low, 100) << "once the driver is installed";
  const Analysis installed = analyzed("host/no-accelerator", with_gpu({"2x RTX 4090"}, "580"));
  EXPECT_EQ(installed.facts.platform("cuda")->state, State::ready);
  EXPECT_EQ(pytorch(installed).support.today.low, 100);
  EXPECT_THAT(finding_ids(installed), Not(Contains("cuda.driver.not_bound")));
}

TEST(Suppose, ADriverOlderThanTheGpuDoesNotDriveIt) {
  const Analysis analysis = analyzed("host/no-accelerator", with_gpu({"RTX 5090"}, "550"));
  EXPECT_EQ(analysis.facts.platform("cuda")->state, State::blocked);
  EXPECT_THAT(finding_ids(analysis), Contains("cuda.driver.older_than_gpu"));
  EXPECT_EQ(analyzed("host/no-accelerator", with_gpu({"RTX 5090"}, "570")).facts.platform("cuda")->state, State::ready);
  EXPECT_EQ(analyzed("host/no-accelerator", with_gpu({"RTX 4090"}, "550")).facts.platform("cuda")->state, State::ready);
}

TEST(Suppose, ADriverThatDroppedTheGpuDoesNotDriveIt) {
  const Analysis analysis = analyzed("host/no-accelerator", with_gpu({"GTX 1080 Ti"}, "590"));
  EXPECT_EQ(analysis.facts.platform("cuda")->state, State::blocked);
  EXPECT_THAT(finding_ids(analysis), Contains("cuda.driver.dropped_gpu"));
  EXPECT_EQ(analyzed("host/no-accelerator", with_gpu({"GTX 1080 Ti"}, "580")).facts.platform("cuda")->state,
            State::ready);
}

TEST(Suppose, ANewerDriverAllowsANewerBuild) {
  const Analysis today = analyzed("cuda/ready-driver-too-old");
  const Analysis changed = analyzed("cuda/ready-driver-too-old", with_driver("580"));
  EXPECT_NE(build_of(today), build_of(changed));
  EXPECT_EQ(build_of(changed), "pytorch-2.15-cuda13");
  EXPECT_EQ(changed.facts.platform("cuda")->devices.size(), today.facts.platform("cuda")->devices.size());
  EXPECT_EQ(*changed.facts.platform("cuda")->facts.get(fact::cuda::supported_version), *Version::parse("13.0"));
}

TEST(Suppose, ADriverUnblocksWhatLackedOne) {
  for (const char* name : {"cuda/blocked-driver-not-loaded", "cuda/blocked-nouveau", "cuda/blocked-library-mismatch"}) {
    const Analysis analysis = analyzed(name, with_driver("580"));
    EXPECT_EQ(analysis.facts.platform("cuda")->state, State::ready) << name;
    for (const Finding& finding : analysis.diagnosis.findings)
      EXPECT_NE(finding.severity, "error") << name << ": " << finding.id;
  }
}

TEST(Suppose, ADriverDoesNotRepairADeadGpu) {
  const Analysis analysis = analyzed("cuda/blocked-fallen-off-the-bus", with_driver("580"));
  EXPECT_NE(analysis.facts.platform("cuda")->state, State::ready);
  EXPECT_THAT(finding_ids(analysis), Contains("cuda.device.lost"));
}

TEST(Suppose, ABranchAloneMeansTheReleaseThatBuildsAskFor) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus", with_driver("525"));
  EXPECT_GE(*analysis.facts.platform("cuda")->facts.get(fact::cuda::driver_version), *Version::parse("525.60.13"));
  EXPECT_THAT(analysis.assumptions, Contains(HasSubstr("525.60.13")));
}

TEST(Suppose, WithoutGpuOnlyTheCpuIsLeft) {
  for (const char* name : {"cuda/ready-two-gpus", "rocm/ready-instinct", "mps/ready", "mixed/nvidia-and-amd"}) {
    Purpose purpose;
    purpose.what_if.without_gpu = true;
    const Analysis analysis = analyzed(name, purpose);
    for (const char* id : {"cuda", "rocm", "xpu", "mps"}) {
      EXPECT_TRUE(analysis.facts.platform(id)->devices.empty()) << name << " " << id;
      EXPECT_NE(analysis.facts.platform(id)->state, State::ready) << name << " " << id;
    }
    EXPECT_EQ(pytorch(analysis).support.best_platform, "cpu") << name;
    for (const Finding& finding : analysis.diagnosis.findings)
      EXPECT_TRUE(finding.platform != "cuda" && finding.platform != "rocm") << name << ": " << finding.id;
  }
}

TEST(Suppose, WhatTheMachineLacksForOtherGpusIsNotHeldAgainstThem) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus", with_gpu({"MI300X"}));
  EXPECT_EQ(analysis.facts.platform("rocm")->state, State::ready);
  EXPECT_THAT(finding_ids(analysis), testing::IsEmpty()) << "that there was no /dev/kfd says nothing";
}

TEST(Suppose, GpusOfProcessorsStayBesideOtherCards) {
  const Analysis analysis = analyzed("rocm/ready-igpu-first", with_gpu({"RTX 5090"}, "580"));
  std::size_t integrated = 0;
  for (const Device& device : analysis.facts.platform("rocm")->devices) {
    const bool* is_integrated = device.facts.get(fact::device::integrated);
    ASSERT_TRUE(is_integrated && *is_integrated);
    ++integrated;
  }
  EXPECT_EQ(integrated, 1u);
  EXPECT_EQ(analysis.facts.platform("cuda")->devices.size(), 1u);
}

TEST(Suppose, WhatMakesNoSenseIsRefused) {
  for (const auto& [name, purpose, says] : {std::tuple{"cuda/ready-two-gpus", with_driver("13.0"), "580"},
                                            {"cuda/ready-two-gpus", with_driver("new"), "580"},
                                            {"host/no-accelerator", with_driver("580"), "there is none"},
                                            {"mps/ready", with_gpu({"RTX 5090"}), "drives no such GPU"},
                                            {"cuda/ready-jetson-orin", with_driver("580"), "JetPack"},
                                            {"cuda/ready-two-gpus", with_gpu({"RTX 509"}), "RTX 509"}}) {
    const auto analysis = analyze(built_in(), recorded(name), purpose);
    ASSERT_FALSE(analysis) << name;
    EXPECT_THAT(analysis.error(), HasSubstr(says)) << name;
  }
}

TEST(Suppose, EveryRecordingCanBeChangedAndJudged) {
  // What is known of a machine that is changed holds together on every one: states follow from layers, and what is
  // blocked is explained.
  for (const char* name :
       {"cuda/blocked-wsl1", "cuda/ready-mig-instances", "cuda/blocked-pod-without-gpu", "rocm/blocked-render-denied",
        "tpu/ready-v5e", "host/nothing-recorded", "mixed/nvidia-and-amd"}) {
    for (const char* gpu : {"RTX 5090", "MI300X", "Arc B580", "GTX 1080 Ti"}) {
      const auto analysis = analyze(built_in(), recorded(name), with_gpu({gpu}));
      if (!analysis) continue;
      for (const Platform& platform : analysis->facts.platforms) {
        if (platform.state != State::blocked) continue;
        EXPECT_TRUE(std::any_of(analysis->diagnosis.findings.begin(), analysis->diagnosis.findings.end(),
                                [&](const Finding& finding) { return finding.platform == platform.id; }))
            << name << " with " << gpu << ": " << platform.id << " is blocked, and nothing says why";
      }
      EXPECT_FALSE(report_json(*analysis).empty());
    }
  }
}

}  // namespace
}  // namespace rigfit
