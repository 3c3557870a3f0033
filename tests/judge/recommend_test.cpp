// Hardware support and the recommendation, from facts a probe would give, on the shipped rules.
#include "judge/recommend/recommend.hpp"

#include <gmock/gmock.h>

#include "fact_names/device.hpp"
#include "fact_names/gaudi.hpp"
#include "fact_names/os.hpp"
#include "fact_names/scheduler.hpp"
#include "judge/machine.hpp"
#include "judge/recommend/first_choice.hpp"

namespace rigfit {
namespace {

TEST(Support, OfACurrentGpuIsTheLevelOfThePlatform) {
  EXPECT_EQ(h100().support("pytorch").today, (Score{100, 100}));
  EXPECT_EQ(h100().support("pytorch").best_platform, "cuda");
  EXPECT_EQ(h100().support("tensorflow").today, (Score{70, 70})) << "official, with stated limits";
  EXPECT_EQ(h100().support("mlx").today, (Score{70, 70}));
}

TEST(Support, WithoutAcceleratorsIsTheLevelOfTheCpu) {
  const Machine machine = linux_x86();
  for (const char* framework : {"pytorch", "tensorflow", "jax", "mlx"}) {
    const Support support = machine.support(framework);
    EXPECT_EQ(support.best_platform, "cpu") << framework;
    EXPECT_EQ(support.accelerators, 0u) << framework;
    EXPECT_EQ(support.today, support.after) << framework;
    EXPECT_FALSE(support.terms.empty());
    EXPECT_FALSE(support.evidence.empty());
  }
}

TEST(Support, OfABlockedGpuIsLowTodayAndCountsOnceItIsFixed) {
  Machine machine = linux_x86();
  machine.device("cuda", State::blocked, {{"compute_capability", "9.0"}, {"architecture", "sm_90"}});
  Platform& cuda = *machine.facts.platform("cuda");
  for (Layers* layers : {&cuda.layers, &cuda.devices[0].layers}) {
    layers->set(Layer::bus, Truth::yes, "there");
    layers->set(Layer::kernel_driver, Truth::no, "no driver is bound");
  }
  cuda.devices[0].facts.set(fact::device::kernel_driver, Fact::of_none("no driver is bound"));
  const Support support = machine.support("pytorch");
  EXPECT_LT(support.today.high, support.after.low);
  EXPECT_THAT(support.remedies, testing::Contains("cuda.driver.not_bound"));
  EXPECT_EQ(support.best_platform, "cpu");
  EXPECT_EQ(support.best_platform_after, "cuda");
}

TEST(Support, OfAnUnknownDeviceIsAnInterval) {
  Machine machine = linux_x86();
  machine.device("cuda", State::unknown, {{"compute_capability", "9.0"}}).driver("590.44.01");
  const Support support = machine.support("pytorch");
  EXPECT_LT(support.today.low, support.today.high) << "unknown is neither fine nor broken";
}

TEST(Support, OfAnOldGpuNamesTheBuildThatLacksIt) {
  Machine machine = linux_x86();
  machine.device("cuda", State::ready, {{"compute_capability", "3.5"}, {"architecture", "sm_35"}}).driver("470.256.02");
  const Support support = machine.support("pytorch");
  const auto on_cuda = std::find_if(support.resolutions.begin(), support.resolutions.end(),
                                    [](const Resolution& r) { return r.platform == "cuda"; });
  ASSERT_NE(on_cuda, support.resolutions.end());
  EXPECT_EQ(on_cuda->chosen, nullptr);
  ASSERT_TRUE(on_cuda->nearest_miss);
  EXPECT_NE(on_cuda->nearest_miss->reason, "");
  EXPECT_EQ(support.best_platform, "cpu");
}

TEST(Support, NeverFallsWhenAGpuIsAdded) {
  const char* capabilities[] = {"5.0", "6.1", "7.0", "7.5", "8.0", "8.6", "8.9", "9.0", "10.0", "12.0"};
  for (const char* framework : {"pytorch", "tensorflow", "jax", "mlx"})
    for (const char* driver : {"470.256.02", "535.183.01", "580.95.05", "590.44.01"})
      for (const char* capability : capabilities) {
        Machine machine = linux_x86();
        machine.device("cuda", State::ready, {{"compute_capability", capability}}).driver(driver);
        const Support support = machine.support(framework);
        EXPECT_LE(support.today.low, support.today.high);
        EXPECT_LE(support.today.low, support.after.high) << framework << " " << driver << " " << capability;
        EXPECT_GE(support.today.low, 0);
        EXPECT_LE(support.after.high, 100);
        for (const Resolution& resolution : support.resolutions)
          if (resolution.platform == "cuda" && !resolution.chosen) {
            EXPECT_TRUE(resolution.nearest_miss || resolution.rejected.empty()) << framework << " " << capability;
          }
      }
}

TEST(Support, ANewerDriverIsAdvisedOnlyForAGpuThatTheNewerBuildHasCodeFor) {
  const auto advised = [](std::map<std::string, std::string> words) {
    Machine machine = linux_x86();
    machine.device("cuda", State::ready, std::move(words)).driver("550.144.03");
    const Support support = machine.support("pytorch");
    const Rejection* newer = newer_build(support);
    return newer ? newer->requirement : "";
  };
  EXPECT_EQ(advised({{"compute_capability", "8.0"}}), "driver");
  EXPECT_EQ(advised({}), "") << "nobody knows what the GPU is";
  EXPECT_EQ(advised({{"compute_capability", "6.1"}}), "") << "the newest builds have no code for it";
}

TEST(Support, AnOlderDriverTakesAnOlderBuildOrNone) {
  const auto runtime = [](const char* driver) {
    Machine machine = linux_x86();
    machine.device("cuda", State::ready, {{"compute_capability", "8.0"}}).driver(driver);
    for (const Resolution& r : machine.support("pytorch").resolutions)
      if (r.platform == "cuda") return r.chosen ? r.chosen->runtime : std::string("none");
    return std::string("no resolution");
  };
  const auto as_version = [](const std::string& text) { return *Version::parse(text); };
  ASSERT_NE(runtime("590.44.01"), "none");
  ASSERT_NE(runtime("560.35.05"), "none");
  EXPECT_LT(as_version(runtime("560.35.05")), as_version(runtime("590.44.01")));
  EXPECT_EQ(runtime("390.157"), "none");
}

struct Case {
  const char* what;
  Machine machine;
  const char* first;
};

TEST(Recommend, NamesTheFrameworkThatFits) {
  std::vector<Case> cases;
  cases.push_back({"an H100", h100(), "pytorch"});
  cases.push_back({"no accelerator", linux_x86(), "pytorch"});
  cases.push_back({"an MI300X", linux_x86().device("rocm", State::ready, {{"architecture", "gfx942"}}), "pytorch"});
  cases.push_back(
      {"a TPU", linux_x86().device("tpu", State::ready, {{"architecture", "v5e"}, {"kind", "tpu"}}), "jax"});
  for (const Case& one : cases) {
    const Recommendation result = one.machine.recommended();
    ASSERT_FALSE(result.ranking.places.empty()) << one.what;
    EXPECT_EQ(one.machine.first(), one.first) << one.what;
    EXPECT_FALSE(result.because.empty()) << one.what;
    EXPECT_NE(result.install, "") << one.what;
  }
}

TEST(Recommend, AMacPutsWhatRunsOnMetalFirst) {
  Machine machine("darwin", "aarch64");
  machine.device("mps", State::ready, {{"architecture", "apple_m3"}});
  const Recommendation result = machine.recommended();
  const std::string first = machine.first();
  EXPECT_TRUE(first == "pytorch" || first == "mlx") << first;
  for (const Candidate& candidate : result.candidates)
    if (candidate.rule->id == "mlx") {
      EXPECT_EQ(candidate.support.today, (Score{100, 100}));
    }
}

TEST(Recommend, AFrameworkThatLeavesTheAcceleratorIdleStandsBehind) {
  const Machine machine = linux_x86().device("tpu", State::ready, {{"architecture", "v5e"}, {"kind", "tpu"}});
  const Recommendation result = machine.recommended();
  for (const std::size_t behind : result.behind) {
    EXPECT_FALSE(result.candidates[behind].adequate);
    EXPECT_NE(result.candidates[behind].inadequate_because, "");
  }
  EXPECT_FALSE(result.behind.empty());
}

TEST(Recommend, RefusesWhatItDoesNotKnowAndNamesTheNearest) {
  const Machine machine = linux_x86();
  const auto error = [&](const Wishes& wishes) {
    const auto result = recommend(shipped(), machine.facts, diagnose(shipped(), machine.facts), wishes);
    return result ? std::string("(no error)") : result.error();
  };
  EXPECT_THAT(error({{{"ease_of_us", 3}}, "", {}, {}, ""}), testing::HasSubstr("ease_of_use"));
  EXPECT_THAT(error({{}, "reserch", {}, {}, ""}), testing::HasSubstr("research"));
  EXPECT_THAT(error({{}, "", {"tensorflw"}, {}, ""}), testing::HasSubstr("tensorflow"));
}

TEST(Derive, TellsTheLibraryOfAKnownReleaseAndOfNoOther) {
  const auto glibc = [](const char* id, const char* version) {
    Facts facts;
    facts.host.set(fact::os::id, std::string(id), {"file:/etc/os-release"});
    facts.host.set(fact::os::version_id, std::string(version), {"file:/etc/os-release"});
    facts.host.set(fact::os::glibc_version, Fact::unknown("no file names it"));
    derive(shipped(), facts);
    return facts.host.at(fact::os::glibc_version);
  };
  EXPECT_EQ(to_text(glibc("debian", "12")), "2.36");
  EXPECT_EQ(to_text(glibc("rocky", "9.4")), "2.34");
  EXPECT_THAT(glibc("debian", "12").sources, testing::ElementsAre("file:/etc/os-release"));
  EXPECT_TRUE(glibc("debian", "99").is_unknown());
  EXPECT_TRUE(glibc("gentoo", "12").is_unknown());
}

TEST(Derive, LeavesAloneWhatWasRead) {
  Facts facts;
  facts.host.set(fact::os::id, std::string("debian"), {});
  facts.host.set(fact::os::version_id, std::string("12"), {});
  facts.host.set(fact::os::glibc_version, Fact::of_none("the C library is musl"));
  derive(shipped(), facts);
  EXPECT_TRUE(facts.host.at(fact::os::glibc_version).none);
}

TEST(Recommend, TakesTheProfileThenThePoints) {
  const Recommendation result = linux_x86().recommended({{{"ease_of_use", 77}}, "research", {}, {}, ""});
  const Profile* profile = shipped().profile("research");
  ASSERT_NE(profile, nullptr);
  EXPECT_EQ(result.points.at("ease_of_use"), 77);
  for (const auto& [factor, points] : profile->points)
    if (factor != "ease_of_use") {
      EXPECT_EQ(result.points.at(factor), points) << factor;
    }
}

TEST(Recommend, PointsOfZeroForAllMeanEqualOnes) {
  Wishes wishes;
  for (const Factor& factor : shipped().factors) wishes.points[factor.id] = 0;
  EXPECT_TRUE(linux_x86().recommended(wishes).priorities_were_zero);
}

TEST(Recommend, SaysWhichDevicesAnEnvironmentLeavesIdle) {
  Machine machine = h100();
  machine.device("rocm", State::ready, {{"architecture", "gfx942"}});
  const Recommendation both = machine.recommended();
  EXPECT_EQ(machine.first(), "pytorch");
  EXPECT_THAT(both.cautions, testing::Contains(testing::AllOf(testing::HasSubstr("ROCm devices idle"),
                                                              testing::HasSubstr("rigfit explain pytorch-"))));
  EXPECT_THAT(h100().recommended().cautions, testing::Not(testing::Contains(testing::HasSubstr("idle"))));
}

TEST(Recommend, SaysWhatDoesNotCount) {
  Machine gaudi = linux_x86();
  gaudi.facts.platforms.emplace_back().id = "gaudi";
  gaudi.device("gaudi", State::ready, {{"architecture", "gaudi"}, {"name", "Gaudi"}});
  gaudi.device("gaudi", State::ready, {{"architecture", "gaudi"}, {"name", "Gaudi"}});
  const auto is_reported = [](const char* end) {
    return testing::Contains(testing::AllOf(testing::HasSubstr("runs on Gaudi,"), testing::HasSubstr(end))).Times(1);
  };
  EXPECT_THAT(gaudi.recommended().cautions, is_reported("on the CPU."));
  Machine both = h100();
  both.facts.platforms.emplace_back().id = "gaudi";
  both.device("gaudi", State::ready, {{"architecture", "gaudi"}, {"name", "Gaudi"}});
  EXPECT_THAT(both.recommended().cautions, is_reported("left out of the comparison."));
  EXPECT_THAT(h100().recommended().cautions, testing::Not(testing::Contains(testing::HasSubstr("No build"))));
}

// What would leave a working Gaudi idle is not worth what it is on a machine that has only a CPU.
TEST(Recommend, NamesIntelsContainerForGaudi) {
  Machine gaudi = linux_x86();
  Platform& platform = gaudi.facts.platforms.emplace_back();
  platform.id = "gaudi";
  platform.facts.set(fact::gaudi::driver_version, std::string("1.23.0-695-g2a5e4ca"), {});
  gaudi.device("gaudi", State::ready, {{"architecture", "gaudi2"}, {"name", "Gaudi 2"}});
  const Recommendation result = gaudi.recommended();
  EXPECT_EQ(gaudi.first(), "pytorch");
  EXPECT_THAT(result.install, testing::HasSubstr("vault.habana.ai/gaudi-docker/1.23.0/"));
  for (const Candidate& candidate : result.candidates)
    if (candidate.rule->id != "pytorch") EXPECT_LE(candidate.support.today.high, 30) << candidate.rule->id;
}

TEST(Recommend, SaysThatALoginNodeIsNotWhereTheWorkRuns) {
  Machine node = linux_x86();
  node.facts.host.set(fact::scheduler::outside_job, std::string("slurm"), {});
  const auto says = testing::Contains(
      testing::AllOf(testing::HasSubstr("not the machine that the work runs on"), testing::HasSubstr("srun")));
  EXPECT_THAT(node.recommended().cautions, says);
  EXPECT_THAT(linux_x86().recommended().cautions, testing::Not(says));
  Machine with_gpu = h100();
  with_gpu.facts.host.set(fact::scheduler::outside_job, std::string("slurm"), {});
  EXPECT_THAT(with_gpu.recommended().cautions, testing::Not(says));
}

TEST(Recommend, SaysWhatBringsANewerBuild) {
  Machine machine = linux_x86();
  machine.device("cuda", State::ready, {{"compute_capability", "8.9"}, {"architecture", "sm_89"}}).driver("535.54.03");
  const auto is_newer = testing::AllOf(testing::HasSubstr("PyTorch 2.15 is newer"), testing::HasSubstr("580"));
  EXPECT_THAT(machine.recommended().install, testing::HasSubstr("whl/cu126"));
  EXPECT_THAT(machine.recommended().cautions, testing::Contains(is_newer));
  EXPECT_THAT(h100().recommended().cautions, testing::Not(testing::Contains(testing::HasSubstr("is newer"))));
}

TEST(Recommend, TakesTheBuildThatServesBothGenerations) {
  Machine machine = linux_x86();
  machine.device("cuda", State::ready, {{"compute_capability", "8.6"}, {"architecture", "sm_86"}});
  machine.device("cuda", State::ready, {{"compute_capability", "6.1"}, {"architecture", "sm_61"}}).driver("580.95.05");
  const Recommendation result = machine.recommended();
  EXPECT_EQ(machine.first(), "pytorch");
  EXPECT_EQ(result.candidate("pytorch")->support.after, (Score{100, 100}));
  EXPECT_THAT(result.install, testing::HasSubstr("whl/cu126")) << "newer ones have no code for the older GPU";
}

}  // namespace
}  // namespace rigfit
