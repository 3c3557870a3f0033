// check agrees with what probe and recommend say of every recorded machine.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "facts/platforms.hpp"
#include "recordings.hpp"
#include "report/answer.hpp"

namespace rigfit {
namespace {

/// The answer to a requirement; with its reason for messages.
struct Answer {
  Truth met = Truth::unknown;
  std::string found;
};

/// All of them by one check, which looks at the frameworks once.
std::map<std::string, Answer> answers_to(const Analysis& analysis, const std::vector<std::string>& texts) {
  std::vector<CheckRequirement> requirements;
  for (const std::string& text : texts) {
    auto requirement = parse_check_requirement(text, *analysis.rules);
    if (!requirement) ADD_FAILURE() << requirement.error();
    if (requirement) requirements.push_back(std::move(*requirement));
  }
  std::map<std::string, Answer> answers;
  for (const CheckedLine& line : check(analysis, requirements).lines) answers[line.text] = {line.met, line.found};
  return answers;
}

Truth usable(State state) {
  return state == State::unknown ? Truth::unknown : truth_of(state == State::ready || state == State::proven);
}

void expect_platforms(const Analysis& analysis) {
  std::vector<std::string> texts{"accelerator"};
  for (const Platform& platform : analysis.facts.platforms)
    for (const std::string& form : {std::string(), std::string(".proven"), std::string(".devices >= 1"),
                                    ".devices <= " + std::to_string(platform.devices.size())})
      texts.push_back(platform.id + form);
  auto answers = answers_to(analysis, texts);
  Truth any = Truth::no;
  for (const Platform& platform : analysis.facts.platforms) {
    const Answer ready = answers[platform.id];
    EXPECT_EQ(ready.met, usable(platform.state)) << platform.id << ": " << ready.found;
    EXPECT_TRUE(ready.met == Truth::yes || !ready.found.empty()) << platform.id << " without a reason";
    if (platform_info(platform.id)->is_accelerator) any = any | ready.met;
    const Answer proven = answers[platform.id + ".proven"];
    if (platform.state == State::proven) EXPECT_EQ(proven.met, Truth::yes) << platform.id;
    if (proven.met == Truth::yes) EXPECT_EQ(platform.state, State::proven) << platform.id;
    const Answer some = answers[platform.id + ".devices >= 1"];
    if (ready.met == Truth::no) EXPECT_EQ(some.met, Truth::no) << platform.id << ": " << some.found;
    if (!platform.devices.empty())
      EXPECT_NE(answers[platform.id + ".devices <= " + std::to_string(platform.devices.size())].met, Truth::no)
          << platform.id;
  }
  EXPECT_EQ(answers["accelerator"].met, any) << answers["accelerator"].found;
}

/// What is not met without "not" is met with it, and the other way round; no property of devices holds where there is
/// none to have it.
void expect_consistent(const Analysis& analysis) {
  const std::vector<std::string> properties{
      "cuda.compute_capability >= 8.0", "memory >= 24GiB",      "any:memory >= 24GiB",
      "memory.sum >= 100GiB",           "host.memory >= 16GiB", "python >= 3.11",
      "framework:pytorch >= 2.8",       "cuda.driver >= 550",   "rocm.arch = gfx942",
      "accelerator.devices >= 2"};
  const std::vector<std::string> of_nothing{"memory >= 0", "any:memory >= 0", "cuda.compute_capability >= 0",
                                            "accelerator.devices > 0"};
  std::vector<std::string> texts{"accelerator", "memory >= 8GiB", "any:memory >= 8GiB"};
  texts.insert(texts.end(), of_nothing.begin(), of_nothing.end());
  for (const std::string& text : properties) texts.insert(texts.end(), {text, "not (" + text + ")"});
  auto answers = answers_to(analysis, texts);
  for (const std::string& text : properties) {
    EXPECT_EQ(answers["not (" + text + ")"].met, !answers[text].met) << text;
    EXPECT_TRUE(answers[text].met != Truth::unknown || !answers[text].found.empty()) << text << " without a reason";
  }
  if (answers["accelerator"].met == Truth::no)
    for (const std::string& text : of_nothing) EXPECT_EQ(answers[text].met, Truth::no) << text;
  if (answers["memory >= 8GiB"].met == Truth::yes) EXPECT_EQ(answers["any:memory >= 8GiB"].met, Truth::yes);
}

void expect_findings(const Analysis& analysis) {
  const auto& findings = analysis.diagnosis.findings;
  const auto is_there = [&](const char* severity) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& one) { return one.severity == severity; });
  };
  auto answers = answers_to(analysis, {"no-findings:error", "no-findings:warning", "no-findings:info"});
  EXPECT_EQ(answers["no-findings:error"].met == Truth::no, is_there("error"));
  EXPECT_EQ(answers["no-findings:warning"].met == Truth::no, is_there("error") || is_there("warning"));
  EXPECT_EQ(answers["no-findings:info"].met == Truth::no, !findings.empty());
}

void expect_recommendation(const Analysis& analysis) {
  const Recommendation& recommendation = *analysis.recommendation;
  if (recommendation.ranking.places.empty()) return;
  const std::string first =
      "recommend = " + recommendation.ranking.table.options[recommendation.ranking.places.front().option];
  std::vector<std::string> texts{first};
  for (const Candidate& candidate : recommendation.candidates)
    for (const std::string& form : {std::string(" known"), std::string(" none"), std::string(".platform known"),
                                    ".platform = " + candidate.support.best_platform})
      texts.push_back("framework:" + candidate.rule->id + form);
  auto answers = answers_to(analysis, texts);
  EXPECT_NE(answers[first].met, Truth::no);
  if (is_determined(analysis.facts) && recommendation.scenarios.confidence != "open")
    EXPECT_EQ(answers[first].met, Truth::yes);
  for (const Candidate& candidate : recommendation.candidates) {
    const std::string name = "framework:" + candidate.rule->id;
    const bool has_version = answers[name + " known"].met == Truth::yes;
    EXPECT_EQ(has_version, answers[name + ".platform known"].met == Truth::yes) << name;
    if (has_version) EXPECT_NE(answers[name + ".platform = " + candidate.support.best_platform].met, Truth::no) << name;
    if (candidate.support.today.settled() && candidate.support.today.low > 0)
      EXPECT_NE(answers[name + " none"].met, Truth::yes) << name << " scores, and has no build";
  }
}

// What the environment or a scheduler keeps from this process is not its to count on.
TEST(Check, CountsNoDeviceThatIsKeptFromThisProcess) {
  const std::map<std::string, std::pair<std::string, int>> left{
      {"cuda/ready-visible-one-of-two", {"cuda", 1}},   {"rocm/ready-one-allotted", {"rocm", 1}},
      {"xpu/field-eight-max-1100-masked", {"xpu", 2}},  {"tpu/ready-two-of-four-chips", {"tpu", 2}},
      {"ascend/ready-some-visible", {"ascend", 2}},     {"gaudi/ready-some-modules", {"gaudi", 4}},
      {"gaudi/ready-container-with-two", {"gaudi", 2}}, {"neuron/ready-cores-of-two-devices", {"neuron", 2}},
      {"neuron/ready-number-of-cores", {"neuron", 2}}};
  std::size_t found = 0;
  for (const Recording& recording : recordings()) {
    const auto expected = left.find(recording.name);
    if (expected == left.end()) continue;
    ++found;
    const auto analysis = analyze(shared_rules(), recording.evidence);
    ASSERT_TRUE(analysis) << analysis.error();
    const auto& [platform, count] = expected->second;
    const std::string exactly = platform + ".devices = " + std::to_string(count);
    EXPECT_EQ(answers_to(*analysis, {exactly})[exactly].met, Truth::yes) << recording.name;
    const auto lines = platform_lines(analysis->facts);
    const auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& one) { return one.id == platform; });
    ASSERT_NE(line, lines.end());
    EXPECT_THAT(line->text, testing::HasSubstr("for this process)")) << recording.name;
  }
  EXPECT_EQ(found, left.size());
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
