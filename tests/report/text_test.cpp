#include <gmock/gmock.h>

#include <sstream>

#include "report/sample.hpp"
#include "report/text/terminal_text.hpp"
#include "text/utf8.hpp"

namespace rigfit {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> all_texts(const Report& report, const TextStyle& style) {
  return {recommend_text(report, style), probe_text(report, style), doctor_text(report, style)};
}

TEST(Text, NothingOfTheMachineReachesTheTerminalAsACommand) {
  const Sample sample;
  for (const bool verbose : {false, true})
    for (const std::string& text : all_texts(sample.analysis, {false, 100, verbose})) {
      EXPECT_TRUE(is_utf8(text));
      EXPECT_EQ(text.find('\x1b'), text.npos);
      EXPECT_EQ(text.find('\x07'), text.npos);
    }
  const std::string coloured = recommend_text(sample.analysis, {true, 100, true});
  EXPECT_NE(coloured.find("\x1b["), coloured.npos);
  EXPECT_EQ(coloured.find("\x1b[2J"), coloured.npos);
}

TEST(Text, FitsTheWidthButForAddressesAndCommands) {
  const Sample sample;
  for (const int width : {60, 80, 100, 120})
    for (const bool verbose : {false, true})
      for (const std::string& text : all_texts(sample.analysis, {false, width, verbose}))
        for (const std::string& line : lines_of(text))
          if (line.find("://") == line.npos) EXPECT_LE(width_of(line), width) << line;
}

TEST(Text, HasNoTrailingSpacesAndNoDoubleEmptyLines) {
  const Sample sample;
  for (const std::string& text : all_texts(sample.analysis, {})) {
    EXPECT_EQ(text.find(" \n"), text.npos) << text;
    EXPECT_EQ(text.find("\n\n\n"), text.npos) << text;
    EXPECT_TRUE(text.ends_with("\n"));
    EXPECT_FALSE(text.starts_with("\n"));
  }
}

TEST(RecommendText, AnswersFirst) {
  const Sample sample;
  const std::string text = recommend_text(sample.analysis, {});
  EXPECT_TRUE(text.starts_with("Alpha fits this machine and your priorities best, once what is wrong is fixed.\n"))
      << text;
  for (const char* part :
       {"Machine  Some, 8 of 64 GiB usable", "blocked  CUDA", ", sm_90: no driver is bound", "sm_90",
        "unknown  TPU: for a reason", "MPS is macOS only", "Fix first  No driver is bound.", "Install the driver.",
        "sudo apt install nvidia-driver", "Install    pip install alpha", "Check      python3 -c 'import alpha'",
        "1 error. More: rigfit doctor; -v (2 sources, as of 2026-01-02)"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(text, Not(HasSubstr("Better"))) << "what is wrong comes first";
}

TEST(RecommendText, MarksTheBestOfEachFactor) {
  const Sample sample;
  const std::string text = recommend_text(sample.analysis, {});
  EXPECT_THAT(text, HasSubstr("* best or tied  total   ease   hardware"));
  EXPECT_THAT(text, HasSubstr("Alpha            71.3     90*        40"));
  EXPECT_THAT(text, HasSubstr("Beta             67.5     60     80-100*"));
}

TEST(RecommendText, ComparesTwoSideBySide) {
  const Sample sample;
  const std::string text = recommend_text(sample.analysis, {});
  for (const char* part : {"A for most, B for some.", "90 [wins]", "Alpha is easy.", "Beta is easy.", "80-100 [wins]",
                           "Beta runs on this GPU.", "1 of 2, 0 ties", "Choose Alpha when", "You like Beta.",
                           "85% of people like Alpha.", "Study A (2025) https://example.org/a"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(text, Not(HasSubstr("Gamma"))) << "a statistic about somebody who is not here";
}

TEST(RecommendText, EverythingCitedHasItsSourceWithYearAndLink) {
  const Sample sample;
  const std::string text = recommend_text(sample.analysis, {false, 100, true});
  EXPECT_THAT(text, HasSubstr("Alpha was found easy. [E-a]"));
  EXPECT_THAT(text, AllOf(HasSubstr("Study A (2025), primary. https://example.org/a"), HasSubstr("Study B (2024)")));
  EXPECT_THAT(recommend_text(sample.analysis, {}), HasSubstr("E-a        Study A (2025) https://example.org/a"))
      << "two that are compared have their sources";
}

TEST(RecommendText, TellsTheRuntimeBesideTheFramework) {
  Profile profile;
  profile.id = "edge";
  profile.runtimes = RuntimeSlot{"What runs the model.", {"a", "b"}};
  RuleBook rules = sample_rules();
  rules.profiles.edit().push_back(profile);
  Sample sample(std::move(rules));
  sample.analysis.profile = "edge";
  EXPECT_THAT(recommend_text(sample.analysis, {}), Not(HasSubstr("Runtime:")));
  sample.analysis.runtime = sample.analysis.recommendation;
  sample.analysis.runtime->install = "pip install alpha-runtime";
  sample.analysis.runtime->build_note = "It is built from source";
  const std::string text = recommend_text(sample.analysis, {});
  for (const char* part : {"Runtime: Alpha", "What runs the model.", "1  Alpha  71.3  Alpha runs on this GPU.",
                           "2  Beta   67.5  Beta runs on this GPU.", "pip install alpha-runtime", "pip install alpha\n",
                           "It is built from source."})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(RecommendText, SaysAtWhichPrioritiesAnotherLeads) {
  const Sample sample;
  // a: 90 × 50 + 40 × 30 = 5700 of 80, b: 60 × 50 + 80 × 30 = 5400 of 80. They tie where 30 w = 40 (1 − w): w = 4/7 for
  // ease of use, 40 points beside 30; and 3/7 for hardware support, 37.5 points beside 50.
  EXPECT_THAT(recommend_text(sample.analysis, {}), HasSubstr("Beta leads where hardware has more than 37.5 points"));
  const std::string text = recommend_text(sample.analysis, {false, 100, true});
  EXPECT_THAT(text, HasSubstr("now 50  Beta below 40.0"));
  EXPECT_THAT(text, HasSubstr("now 30  Beta above 37.5"));
  EXPECT_THAT(text, HasSubstr("4.3 points from Ease of use to Hardware support"));
  EXPECT_THAT(text, HasSubstr("Alpha stays first while its Hardware support is above 30.0 (now 40)"));
  EXPECT_THAT(text, HasSubstr("Beta below 40.0 (weight 4/7)"));
  EXPECT_THAT(text, HasSubstr("Alpha stays first while its Ease of use is above 84.0 (now 90)"));
}

TEST(RecommendText, ShowsTheShareOfEach) {
  const Sample sample;
  // d = 30, -40: Alpha is ahead where w > 4/7.
  EXPECT_THAT(recommend_text(sample.analysis, {}), HasSubstr("First under 43% of all priorities"));
}

TEST(RecommendText, NamesTheUnknownThatDecides) {
  Sample sample;
  Scenarios& scenarios = sample.analysis.recommendation->scenarios;
  scenarios.unknowns.push_back({"rocm",
                                "/dev/kfd is not there",
                                "`rigfit doctor` shows how to fix it",
                                {"with a working AMD GPU", {"a"}},
                                {"as it is today", {"a", "b"}}});
  scenarios.runs = 2;
  scenarios.outcomes = {{{"a"}, 1}, {{"a", "b"}, 1}};
  scenarios.confidence = "open";
  EXPECT_THAT(recommend_text(sample.analysis, {}), HasSubstr("Open: it depends on rocm (`rigfit doctor` shows how"));
  EXPECT_THAT(recommend_text(sample.analysis, {false, 100, true}),
              AllOf(HasSubstr("Open: Alpha in 1 of 2 cases of 1 unknown fact."),
                    HasSubstr("With a working AMD GPU: Alpha; as it is today: Alpha and Beta (a tie)."),
                    HasSubstr("/dev/kfd is not there")));
}

TEST(RecommendText, SaysWhatADemandRemoves) {
  Sample sample;
  Recommendation& recommendation = *sample.analysis.recommendation;
  recommendation.demands = {{"python=3.14", {}}, {"offline", {}}};
  recommendation.candidates[1].unmet = {{0, Truth::no, "Beta has no build for Python 3.14 here."}};
  recommendation.removed = {1};
  recommendation.ranking = rank_options({{"a"}, {"ease_of_use", "hardware_support"}, {{90, 40}}, {50, 30}});
  EXPECT_THAT(recommend_text(sample.analysis, {}), HasSubstr("(67.5)")) << "it is not ranked";
  EXPECT_THAT(recommend_text(sample.analysis, {}),
              HasSubstr("Beta is left out by python=3.14: Beta has no build for Python 3.14 here."));
  std::string text = recommend_text(sample.analysis, {false, 100, true});
  EXPECT_THAT(text, HasSubstr("removes Beta: Beta has no build for Python 3.14 here."));
  EXPECT_THAT(text, HasSubstr("is met by every candidate"));
  recommendation.candidates[0].unmet = {{0, Truth::no, "Alpha has none either."}};
  recommendation.ranking = rank_options({});
  recommendation.removed = {0, 1};
  EXPECT_TRUE(recommend_text(sample.analysis, {}).starts_with("No framework meets every requirement"));
  text = recommend_text(sample.analysis, {false, 100, true});
  EXPECT_THAT(text,
              AllOf(HasSubstr("Recommendation: none"), HasSubstr("python=3.14 removes every candidate on its own."),
                    HasSubstr("Nearest is Alpha, which does not meet python=3.14: Alpha has none either.")));
}

TEST(RecommendText, IsShortUnlessMoreIsAskedFor) {
  const Sample sample;
  const std::string brief = recommend_text(sample.analysis, {}),
                    full = recommend_text(sample.analysis, {false, 100, true});
  const auto answer = brief.substr(0, brief.find("\nComparison\n"));  // which two candidates have behind it
  EXPECT_LE(lines_of(answer).size(), 24u);
  EXPECT_THAT(answer, Not(HasSubstr("http")));
  EXPECT_THAT(full, AllOf(HasSubstr("Study B"), HasSubstr("cuda: level 100")));
  EXPECT_THAT(brief, Not(HasSubstr("cuda: level 100")));
  EXPECT_THAT(full, Not(HasSubstr("Study C"))) << "a source that nothing stands on";
}

TEST(RecommendText, NothingToRecommendIsSaid) {
  Sample sample;
  sample.analysis.recommendation->ranking = rank_options({});
  sample.analysis.recommendation->install.clear();
  EXPECT_TRUE(recommend_text(sample.analysis, {}).starts_with("No framework can be recommended for this machine."));
}

TEST(RecommendText, ATieNamesBoth) {
  Sample sample;
  sample.analysis.recommendation->ranking =
      rank_options({{"a", "b"}, {"ease_of_use", "hardware_support"}, {{50, 70}, {70, 50}}, {1, 1}});
  EXPECT_TRUE(recommend_text(sample.analysis, {}).starts_with("Beta and Alpha fit this machine"));
}

TEST(ProbeText, ShowsLayersFactsAndReasons) {
  const Sample sample;
  const std::string text = probe_text(sample.analysis, {});
  for (const char* part : {"kernel driver  no   no driver", "driver_version", "none (the module is not loaded)",
                           "the driver was not asked", "compute_capability", "9.0", "command:nvidia-smi -q -x",
                           "timed out", "10.00 s", "cpu.model"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(ProbeText, OnlyOnePlatform) {
  const Sample sample;
  const std::string text = probe_text(sample.analysis, {}, "cuda");
  EXPECT_THAT(text, AllOf(HasSubstr("CUDA"), Not(HasSubstr("ROCm")), Not(HasSubstr("cpu.model"))));
}

TEST(DoctorText, TellsCauseRemedyAndProof) {
  const Sample sample;
  const std::string text = doctor_text(sample.analysis, {});
  for (const char* part :
       {"1 error.", "No driver is bound [cuda.driver.not_bound]", "nothing drives it", "cuda.layer.kernel_driver is no",
        "file:/proc/modules", "1. Install the driver.", "sudo apt install nvidia-driver", "2. Restart.",
        "rigfit probe --only cuda", "Driver guide (2026) https://example.org/driver", "sm_90"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(DoctorText, NamesWhatCouldNotBeDecided) {
  const Sample sample;
  const std::string text = doctor_text(sample.analysis, {});
  EXPECT_THAT(text, AllOf(HasSubstr("Something may be wrong"), HasSubstr("it was denied")));
  EXPECT_THAT(text, Not(HasSubstr("Moot"))) << "of a platform that is not here";
}

TEST(DoctorText, SaysSoWhenNothingIsWrong) {
  Sample sample;
  sample.analysis.diagnosis = {};
  EXPECT_THAT(doctor_text(sample.analysis, {}), HasSubstr("No problems found"));
  for (Platform& platform : sample.analysis.facts.platforms) platform.state = State::unknown;
  EXPECT_THAT(doctor_text(sample.analysis, {}),
              AllOf(HasSubstr("Too little is known"), Not(HasSubstr("No problems found"))))
      << "not known is not fine";
}

TEST(IsDetermined, NeedsMoreThanASystemsName) {
  Facts facts;
  const auto add = [&](const char* id, State state) {
    Platform platform;
    platform.id = id;
    platform.state = state;
    facts.platforms.push_back(platform);
  };
  add("cpu", State::ready);
  add("mps", State::not_applicable);
  EXPECT_TRUE(is_determined(facts)) << "all there can be is known";
  add("cuda", State::unknown);
  EXPECT_FALSE(is_determined(facts));
  add("rocm", State::absent);
  EXPECT_TRUE(is_determined(facts));
}

}  // namespace
}  // namespace rigfit
