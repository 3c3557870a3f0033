// What the first screen says of every machine, held against its states and findings.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "judge/recommend/first_choice.hpp"
#include "machines/recordings.hpp"
#include "probes/parse/text.hpp"
#include "report/answer.hpp"
#include "report/report.hpp"
#include "report/text/terminal_text.hpp"

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

// A terminal goes on in the next row with what is longer than one. Commands are left whole, to be copied.
TEST(FirstScreen, IsNotWiderThanATerminal) {
  std::size_t with_ranges = 0;
  for_each_screen([&](const Recording&, const Analysis& analysis, const ReportAnswer& answer) {
    std::vector<std::string> commands = answer.install.lines;
    commands.push_back(answer.check);
    if (answer.fix_first) commands.push_back(answer.fix_first->command);
    const auto is_command = [&](std::string_view line) {
      return std::any_of(commands.begin(), commands.end(), [&](const std::string& command) {
        return !command.empty() && line.ends_with(std::string_view(command).substr(command.rfind('\n') + 1));
      });
    };
    for (const std::string_view line : lines_of(recommend_text(Report(analysis), TextStyle{false, 80})))
      if (!is_command(line) && line.find("https://") == line.npos) EXPECT_LE(width_of(line), 80) << line;
    with_ranges += std::any_of(answer.scores.begin(), answer.scores.end(),
                               [](const auto& row) { return row.total.find('-') != row.total.npos; });
  });
  EXPECT_GT(with_ranges, 0u) << "they make the widest tables";
}

}  // namespace
}  // namespace rigfit
