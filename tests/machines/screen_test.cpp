// What the first screen says of every machine, held against its states and findings.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "judge/recommend/first_choice.hpp"
#include "machines/recordings.hpp"
#include "report/answer.hpp"

namespace rigfit {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

bool is_shown(const Finding& finding, std::string_view severity) {
  return finding.severity == severity && finding.folded_under.empty();
}

/// Whether there is a blocked platform that builds may run on, while the first has nothing but the CPU.
bool leaves_a_blocked_platform(const Analysis& analysis, const Candidate& first) {
  const Support& support = first.support;
  if (support.best_platform_after != "cpu" || support.today != support.after) return false;
  return std::any_of(analysis.facts.platforms.begin(), analysis.facts.platforms.end(), [&](const Platform& platform) {
    return platform.state == State::blocked && (support.accelerators > 0 || platform.devices.empty());
  });
}

/// Shows each recording that has a recommendation to `look`, with what the first screen says of it.
template <class Look>
void for_each_screen(const Look& look) {
  for (const Recording& recording : recordings()) {
    SCOPED_TRACE(recording.name);
    const auto analysis = analyze(shared_rules(), recording.evidence, {});
    ASSERT_TRUE(analysis) << analysis.error();
    if (analysis->recommendation) look(recording, *analysis, answer_of(Report(*analysis)));
  }
}

// A CPU build beside an accelerator that is broken is an answer for the time being, and says so.
TEST(FirstScreen, OfACpuBuildBesideABlockedAcceleratorSaysUntilWhen) {
  std::set<std::string> until;
  for_each_screen([&](const Recording& recording, const Analysis& analysis, const ReportAnswer& answer) {
    const Candidate* first = first_choice(*analysis.recommendation);
    if (!first || analysis.recommendation->ranking.first_is_tied || !is_determined(analysis.facts)) return;
    if (leaves_a_blocked_platform(analysis, *first)) {
      EXPECT_THAT(answer.verdict, EndsWith(" works."));
      EXPECT_TRUE(answer.fix_first);
      until.insert(recording.name);
    } else {
      EXPECT_THAT(answer.verdict, testing::Not(EndsWith(" works.")));
    }
  });
  EXPECT_THAT(until, testing::IsSupersetOf({"cuda/blocked-vfio", "cuda/blocked-wsl-linux-driver"}));
  EXPECT_GT(until.size(), 3u);
  EXPECT_EQ(until.count("cuda/blocked-kepler-dropped"), 0u) << "no build would run on it";
}

// Who reads one screen sees what the warnings are about, not only how many there are.
TEST(FirstScreen, NamesTheWarningsWhereNothingIsToBeFixedFirst) {
  std::size_t seen = 0;
  for_each_screen([&](const Recording&, const Analysis& analysis, const ReportAnswer& answer) {
    const auto& findings = analysis.diagnosis.findings;
    const auto warning = std::find_if(findings.begin(), findings.end(),
                                      [](const Finding& finding) { return is_shown(finding, "warning"); });
    if (answer.fix_first || warning == findings.end()) {
      EXPECT_EQ(answer.warning, "");
      return;
    }
    EXPECT_THAT(answer.warning, HasSubstr(warning->title));
    ++seen;
  });
  EXPECT_GT(seen, 20u);
}

}  // namespace
}  // namespace rigfit
