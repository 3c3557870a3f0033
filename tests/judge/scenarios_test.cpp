#include "judge/recommend/scenarios.hpp"

#include "fact_names/cpu.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "judge/machine.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;

const Unknown* unknown_named(const Scenarios& scenarios, const std::string& subject) {
  for (const Unknown& unknown : scenarios.unknowns)
    if (unknown.subject == subject) return &unknown;
  return nullptr;
}

std::size_t cases_in(const Scenarios& scenarios) {
  std::size_t sum = 0;
  for (const auto& outcome : scenarios.outcomes) sum += outcome.count;
  return sum;
}

TEST(Scenarios, AreNoneWhereNothingThatMattersIsUnknown) {
  const Scenarios scenarios = h100().recommended().scenarios;
  EXPECT_EQ(scenarios.confidence, "settled");
  EXPECT_TRUE(scenarios.unknowns.empty());
  EXPECT_EQ(scenarios.runs, 1u);
}

TEST(Scenarios, NameTheOneFactThatWouldFlipIt) {
  Machine machine = linux_x86();
  machine.facts.platform("tpu")->state = State::unknown;
  machine.facts.platform("tpu")->because = "the bus was not recorded";
  const Scenarios scenarios = machine.recommended().scenarios;
  const Unknown* tpu = unknown_named(scenarios, "tpu");
  ASSERT_NE(tpu, nullptr);
  EXPECT_TRUE(tpu->decides());
  EXPECT_THAT(tpu->expected.first, ElementsAre("pytorch"));
  EXPECT_THAT(tpu->otherwise.first, ElementsAre("jax"));
  EXPECT_EQ(tpu->otherwise.words, "with a working TPU");
  EXPECT_EQ(tpu->because, "the bus was not recorded");
  EXPECT_NE(tpu->find_out, "");
  EXPECT_EQ(scenarios.runs, 2u);
  EXPECT_EQ(scenarios.confidence, "open") << "one case of two is not more than half";
}

TEST(Scenarios, AnUnknownThatMovesNoFirstPlaceLeavesItSettled) {
  Machine machine = linux_x86();
  machine.facts.platform("cuda")->state = State::unknown;
  const Scenarios scenarios = machine.recommended().scenarios;
  const Unknown* cuda = unknown_named(scenarios, "cuda");
  ASSERT_NE(cuda, nullptr) << "it moves hardware scores";
  EXPECT_FALSE(cuda->decides());
  EXPECT_EQ(scenarios.confidence, "settled");
  EXPECT_EQ(cases_in(scenarios), scenarios.runs);
}

TEST(Scenarios, OneFactMovesAllFrameworksAtOnce) {
  Machine machine = h100();
  machine.facts.host.set(fact::os::glibc_version, Fact::unknown("no file names it"));
  const Scenarios scenarios = machine.recommended().scenarios;
  const Unknown* glibc = unknown_named(scenarios, "os.glibc_version");
  ASSERT_NE(glibc, nullptr);
  EXPECT_EQ(glibc->because, "no file names it");
  EXPECT_EQ(scenarios.runs, std::size_t{1} << scenarios.unknowns.size());
  EXPECT_EQ(scenarios.unknowns.size(), 1u) << "one fact, not one interval per framework";
}

TEST(Scenarios, AnUnknownArchitectureIsOneOfADevice) {
  Machine machine = linux_x86();
  machine.device("cuda", State::ready).driver("590.44.01");
  machine.facts.platform("cuda")->devices[0].facts.set(fact::device::compute_capability,
                                                       Fact::unknown("the name is not known"));
  const Scenarios scenarios = machine.recommended().scenarios;
  const Unknown* capability = unknown_named(scenarios, "cuda.device.compute_capability");
  ASSERT_NE(capability, nullptr);
  EXPECT_EQ(capability->because, "the name is not known");
}

TEST(Scenarios, ABlockedAcceleratorIsTriedFixedAndNot) {
  Machine machine = linux_x86();
  machine.device("rocm", State::blocked, {{"architecture", "gfx942"}});
  machine.facts.platform("rocm")->because = "/dev/kfd is not there";
  const Scenarios scenarios = machine.recommended().scenarios;
  const Unknown* rocm = unknown_named(scenarios, "rocm");
  ASSERT_NE(rocm, nullptr);
  // No finding says how to fix it, so the recommendation does not count on it.
  EXPECT_EQ(rocm->expected.words, "as it is today");
  EXPECT_EQ(rocm->otherwise.words, "with a working AMD GPU");
}

TEST(Scenarios, AreAtMostSixtyFourAndTheSameEveryTime) {
  Machine machine = linux_x86();
  for (const char* id : {"cuda", "rocm", "tpu", "xpu"}) machine.facts.platform(id)->state = State::unknown;
  for (const AnyHostFact fact : std::initializer_list<AnyHostFact>{
           fact::os::glibc_version, fact::cpu::features, fact::host::arch, fact::os::libc, fact::python::version})
    machine.facts.host.set_none(fact, Fact::unknown("not recorded"));
  const Scenarios one = machine.recommended().scenarios, two = machine.recommended().scenarios;
  EXPECT_LE(one.unknowns.size(), most_unknowns);
  EXPECT_EQ(one.runs, std::size_t{1} << one.unknowns.size());
  EXPECT_LE(one.runs, 64u);
  EXPECT_EQ(cases_in(one), one.runs);
  EXPECT_EQ(one.confidence, two.confidence);
  ASSERT_EQ(one.outcomes.size(), two.outcomes.size());
  for (std::size_t n = 0; n < one.outcomes.size(); ++n) {
    EXPECT_EQ(one.outcomes[n].first, two.outcomes[n].first);
    EXPECT_EQ(one.outcomes[n].count, two.outcomes[n].count);
    if (n > 0) EXPECT_GE(one.outcomes[n - 1].count, one.outcomes[n].count);
  }
  ASSERT_EQ(one.unknowns.size(), two.unknowns.size());
  for (std::size_t n = 0; n < one.unknowns.size(); ++n) EXPECT_EQ(one.unknowns[n].subject, two.unknowns[n].subject);
}

TEST(Scenarios, ExpectWhatTheRecommendationSays) {
  for (const char* unknown : {"cuda", "tpu", "rocm"})
    for (const State state : {State::unknown, State::blocked}) {
      Machine machine = linux_x86();
      machine.device(unknown, state);
      const Recommendation result = machine.recommended();
      std::vector<std::string> first;
      for (const Place& place : result.ranking.places)
        if (place.rank == 1) first.push_back(result.ranking.table.options[place.option]);
      std::sort(first.begin(), first.end());
      for (const Unknown& one : result.scenarios.unknowns)
        EXPECT_EQ(one.expected.first, first) << unknown << " " << name_of(state) << " " << one.subject;
    }
}

}  // namespace
}  // namespace rigfit
