// check agrees with what probe and recommend say of every recorded machine.
#include <gmock/gmock.h>

#include "facts/platforms.hpp"
#include "recordings.hpp"

namespace rigfit {
namespace {

/// The answer to a requirement; with its reason for messages.
struct Answer {
  Truth met = Truth::unknown;
  std::string found;
};

Answer answer_to(const Analysis& analysis, const std::string& text) {
  const auto requirement = parse_check_requirement(text, *analysis.rules);
  if (!requirement) ADD_FAILURE() << requirement.error();
  if (!requirement) return {};
  const CheckResult result = check(analysis, {*requirement});
  return {result.all(), result.lines.front().found};
}

Truth usable(State state) {
  return state == State::unknown ? Truth::unknown : truth_of(state == State::ready || state == State::proven);
}

void expect_platforms(const Analysis& analysis) {
  Truth any = Truth::no;
  for (const Platform& platform : analysis.facts.platforms) {
    const Answer ready = answer_to(analysis, platform.id);
    EXPECT_EQ(ready.met, usable(platform.state)) << platform.id << ": " << ready.found;
    EXPECT_TRUE(ready.met == Truth::yes || !ready.found.empty()) << platform.id << " without a reason";
    if (platform_info(platform.id)->is_accelerator) any = any | ready.met;
    const Answer proven = answer_to(analysis, platform.id + ".proven");
    if (platform.state == State::proven) EXPECT_EQ(proven.met, Truth::yes) << platform.id;
    if (proven.met == Truth::yes) EXPECT_EQ(platform.state, State::proven) << platform.id;
    const Answer some = answer_to(analysis, platform.id + ".devices >= 1");
    if (ready.met == Truth::no) EXPECT_EQ(some.met, Truth::no) << platform.id << ": " << some.found;
    const std::string most = std::to_string(platform.devices.size());
    if (!platform.devices.empty())
      EXPECT_NE(answer_to(analysis, platform.id + ".devices <= " + most).met, Truth::no) << platform.id;
  }
  EXPECT_EQ(answer_to(analysis, "accelerator").met, any) << answer_to(analysis, "accelerator").found;
}

/// What is not met without "not" is met with it, and the other way round; no property of devices holds where there is
/// none to have it.
void expect_consistent(const Analysis& analysis) {
  for (const char* text : {"cuda.compute_capability >= 8.0", "memory >= 24GiB", "any:memory >= 24GiB",
                           "memory.sum >= 100GiB", "host.memory >= 16GiB", "python >= 3.11", "framework:pytorch >= 2.8",
                           "cuda.driver >= 550", "rocm.arch = gfx942", "accelerator.devices >= 2"}) {
    const Answer plain = answer_to(analysis, text);
    EXPECT_EQ(answer_to(analysis, std::string("not (") + text + ")").met, !plain.met) << text;
    EXPECT_TRUE(plain.met != Truth::unknown || !plain.found.empty()) << text << " is unknown without a reason";
  }
  if (answer_to(analysis, "accelerator").met == Truth::no)
    for (const char* text :
         {"memory >= 0", "any:memory >= 0", "cuda.compute_capability >= 0", "accelerator.devices > 0"})
      EXPECT_EQ(answer_to(analysis, text).met, Truth::no) << text;
  if (answer_to(analysis, "memory >= 8GiB").met == Truth::yes)
    EXPECT_EQ(answer_to(analysis, "any:memory >= 8GiB").met, Truth::yes);
}

void expect_findings(const Analysis& analysis) {
  const auto& findings = analysis.diagnosis.findings;
  const auto is_there = [&](const char* severity) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& one) { return one.severity == severity; });
  };
  const Truth errors = answer_to(analysis, "no-findings:error").met;
  EXPECT_EQ(errors == Truth::no, is_there("error"));
  EXPECT_EQ(answer_to(analysis, "no-findings:warning").met == Truth::no, is_there("error") || is_there("warning"));
  EXPECT_EQ(answer_to(analysis, "no-findings:info").met == Truth::no, !findings.empty());
}

void expect_recommendation(const Analysis& analysis) {
  const Recommendation& recommendation = *analysis.recommendation;
  if (recommendation.ranking.places.empty()) return;
  const std::string& first = recommendation.ranking.table.options[recommendation.ranking.places.front().option];
  EXPECT_NE(answer_to(analysis, "recommend = " + first).met, Truth::no);
  if (is_determined(analysis.facts) && recommendation.scenarios.confidence != "open")
    EXPECT_EQ(answer_to(analysis, "recommend = " + first).met, Truth::yes);
  for (const Candidate& candidate : recommendation.candidates) {
    const std::string name = "framework:" + candidate.rule->id;
    const Answer version = answer_to(analysis, name + " known"), on = answer_to(analysis, name + ".platform known");
    EXPECT_EQ(version.met, on.met) << name;
    if (version.met == Truth::yes)
      EXPECT_NE(answer_to(analysis, name + ".platform = " + candidate.support.best_platform).met, Truth::no) << name;
    if (candidate.support.today.settled() && candidate.support.today.low > 0)
      EXPECT_NE(answer_to(analysis, name + " none").met, Truth::yes) << name << " scores, and has no build";
  }
}

TEST(Check, AgreesWithProbeDoctorAndRecommend) {
  ASSERT_FALSE(recordings().empty());
  for (const Recording& recording : recordings()) {
    SCOPED_TRACE(recording.name);
    const auto analysis = analyze(shared_rules(), recording.evidence);
    ASSERT_TRUE(analysis) << analysis.error();
    expect_platforms(*analysis);
    expect_consistent(*analysis);
    expect_findings(*analysis);
    expect_recommendation(*analysis);
  }
}

}  // namespace
}  // namespace rigfit
