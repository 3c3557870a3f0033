// One cause is one error with one remedy.
#include <gmock/gmock.h>

#include <algorithm>

#include "judge/recommend/first_choice.hpp"
#include "machines/recordings.hpp"

namespace rigfit {
namespace {

bool concern_one_device(const Finding& a, const Finding& b) {
  return a.devices.empty() || b.devices.empty() || std::any_of(a.devices.begin(), a.devices.end(), [&](std::size_t n) {
           return std::count(b.devices.begin(), b.devices.end(), n) > 0;
         });
}

const Finding* find(const std::vector<Finding>& findings, const std::string& id) {
  const auto at = std::find_if(findings.begin(), findings.end(), [&](const Finding& one) { return one.id == id; });
  return at == findings.end() ? nullptr : &*at;
}

TEST(Folding, LeavesTheSpecificFindingAndNamesIt) {
  std::size_t folded = 0;
  for (const Recording& recording : recordings()) {
    const auto findings = diagnose(built_in_rules(), facts_of(recording.evidence)).findings;
    for (const Finding& finding : findings) {
      if (finding.folded_under.empty()) continue;
      ++folded;
      const Finding* cause = find(findings, finding.folded_under);
      ASSERT_TRUE(cause) << recording.name << ": " << finding.id;
      EXPECT_TRUE(finding.generic) << recording.name << ": " << finding.id;
      EXPECT_TRUE(cause->folded_under.empty()) << recording.name << ": " << finding.id;
      EXPECT_EQ(cause->platform, finding.platform) << recording.name;
      EXPECT_TRUE(concern_one_device(*cause, finding)) << recording.name << ": " << finding.id;
      EXPECT_TRUE(cause->explains_block) << recording.name << ": " << cause->id;
    }
  }
  EXPECT_GE(folded, 10u);
}

TEST(Folding, NoGenericErrorStandsBesideOneThatSaysWhy) {
  for (const Recording& recording : recordings()) {
    const auto findings = diagnose(built_in_rules(), facts_of(recording.evidence)).findings;
    for (const Finding& generic : findings)
      for (const Finding& other : findings)
        if (generic.generic && generic.folded_under.empty() && other.folded_under.empty() && &generic != &other &&
            other.explains_block && other.severity == "error" && other.platform == generic.platform &&
            other.layer <= generic.layer)
          EXPECT_FALSE(concern_one_device(generic, other))
              << recording.name << ": " << generic.id << " beside " << other.id;
  }
}

// A fix that is known for the cause is not thrown away for what follows from it.
TEST(Folding, TheRecommendationIsTheBuildAfterTheFix) {
  std::size_t fixed = 0;
  for (const Recording& recording : recordings()) {
    const auto analysis = analyze(shared_rules(), recording.evidence);
    ASSERT_TRUE(analysis) << recording.name;
    const auto& findings = analysis->diagnosis.findings;
    const bool is_folded = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      const Finding* cause = find(findings, finding.folded_under);
      const Platform* platform = analysis->facts.platform(finding.platform);
      return cause && cause->fixable && platform && platform->state == State::blocked;
    });
    const Candidate* first = first_choice(*analysis->recommendation);
    if (!is_folded || !first || first->support.accelerators == 0) continue;
    ++fixed;
    EXPECT_THAT(analysis->recommendation->install_note, testing::HasSubstr("First fix")) << recording.name;
    EXPECT_THAT(analysis->recommendation->install, testing::Not(testing::HasSubstr("whl/cpu"))) << recording.name;
  }
  EXPECT_GE(fixed, 2u);
}

TEST(Folding, IsOneErrorWithALineUnderItInTheText) {
  for (const Recording& recording : recordings()) {
    if (recording.name != "cuda/blocked-blackwell-needs-open-module") continue;
    const auto analysis = analyze(shared_rules(), recording.evidence);
    ASSERT_TRUE(analysis);
    const auto& findings = analysis->diagnosis.findings;
    EXPECT_EQ(std::count_if(findings.begin(), findings.end(),
                            [](const Finding& one) { return one.severity == "error" && one.folded_under.empty(); }),
              1);
    return;
  }
  FAIL() << "the machine is not there";
}

}  // namespace
}  // namespace rigfit
