#include <gmock/gmock.h>

#include <map>
#include <set>

#include "evidence/machine_file.hpp"
#include "machines/recordings.hpp"
#include "report/report.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

/// The fact that expect.json names: "cuda.driver_version", "os.id", or "cuda.devices.0.name" of a device.
Fact fact_named(const std::string& name, const Facts& facts) {
  const std::size_t mark = name.find(".devices.");
  if (mark == std::string::npos) return look_up(name, facts);
  const Platform* platform = facts.platform(name.substr(0, mark));
  const std::string rest = name.substr(mark + 9);
  const std::size_t dot = rest.find('.');
  const std::size_t index = std::stoul(rest.substr(0, dot));
  if (!platform || index >= platform->devices.size()) return Fact::unknown("there is no such device");
  return look_up("device." + rest.substr(dot + 1), facts, &platform->devices[index]);
}

std::string shown(const Fact& fact) {
  return fact.value ? to_text(*fact.value) : fact.none ? "none" : "unknown (" + fact.because + ")";
}

void expect_states(const Json& states, const Facts& facts) {
  for (const auto& [id, state] : states.items()) {
    const Platform* platform = facts.platform(id);
    ASSERT_NE(platform, nullptr) << id;
    EXPECT_EQ(name_of(platform->state), state.get<std::string>()) << id << ": " << platform->because;
  }
}

void expect_facts(const Json& expected, const Facts& facts) {
  for (const auto& [name, value] : expected.items()) {
    const Fact fact = fact_named(name, facts);
    if (value.is_null())
      EXPECT_TRUE(fact.is_unknown()) << name << " is " << shown(fact);
    else if (value.is_string())
      EXPECT_EQ(shown(fact), value.get<std::string>()) << name;
    else  // a number or a truth is compared with its text
      EXPECT_EQ(shown(fact), value.is_boolean() ? (value.get<bool>() ? "yes" : "no") : value.dump()) << name;
  }
}

TEST(Machines, HoldWhatIsExpectedOfThem) {
  ASSERT_FALSE(recordings().empty());
  const std::set<std::string> keys{"about", "source",  "states",      "findings",    "not_findings",
                                   "facts", "fix_has", "fix_has_not", "install_has", "install_has_not"};
  for (const Recording& recording : recordings()) {
    SCOPED_TRACE(recording.name);
    for (const auto& [key, value] : recording.expect.items())
      EXPECT_TRUE(keys.count(key)) << "expect.json: nobody reads \"" << key << "\"";
    const Facts facts = facts_of(recording.evidence);
    expect_states(recording.expect.value("states", Json::object()), facts);
    expect_facts(recording.expect.value("facts", Json::object()), facts);
    std::set<std::string> fired;
    for (const Finding& finding : diagnose(built_in_rules(), facts).findings) fired.insert(finding.id);
    for (const Json& id : recording.expect.value("findings", Json::array()))
      EXPECT_TRUE(fired.count(id.get<std::string>())) << id << " did not fire, but: " << testing::PrintToString(fired);
    for (const Json& id : recording.expect.value("not_findings", Json::array()))
      EXPECT_FALSE(fired.count(id.get<std::string>())) << id << " fired";
  }
}

/// Which of the texts are not as they should be in `whole`.
void expect_texts(const std::string& whole, const Json& expect, const std::string& key) {
  for (const Json& text : expect.value(key, Json::array()))
    EXPECT_THAT(whole, testing::HasSubstr(text.get<std::string>())) << key;
  for (const Json& text : expect.value(key + "_not", Json::array()))
    EXPECT_THAT(whole, testing::Not(testing::HasSubstr(text.get<std::string>()))) << key;
}

// What the people of a public thread found out, where a machine is rebuilt from one: the fix, and what to install.
TEST(Machines, GetTheFixAndTheBuildThatTheirThreadFound) {
  std::size_t threads = 0;
  for (const Recording& recording : recordings()) {
    SCOPED_TRACE(recording.name);
    if (recording.expect.contains("source")) {
      ++threads;
      EXPECT_EQ(recording.expect["source"].get<std::string>().substr(0, 8), "https://");
    }
    const bool is_asked = std::any_of(recording.expect.items().begin(), recording.expect.items().end(),
                                      [](const auto& one) { return one.key().find("_has") != std::string::npos; });
    if (!is_asked) continue;
    const auto analysis = analyze(shared_rules(), recording.evidence);
    ASSERT_TRUE(analysis) << analysis.error();
    std::string fixes;
    for (const Finding& finding : analysis->diagnosis.findings)
      for (const Remedy& step : finding.remedy) fixes += step.text + " $ " + step.command + "\n";
    expect_texts(fixes, recording.expect, "fix_has");
    expect_texts(analysis->recommendation->install, recording.expect, "install_has");
  }
  EXPECT_GE(threads, 30u);
}

TEST(Machines, AreSaidToBeWhatTheirNameSays) {
  for (const Recording& recording : recordings()) {
    EXPECT_TRUE(recording.expect.contains("about")) << recording.name;
    EXPECT_TRUE(recording.expect.contains("states") || recording.expect.contains("facts") ||
                recording.expect.contains("findings"))
        << recording.name << " expects nothing";
    for (const char* list : {"findings", "not_findings"})
      for (const Json& id : recording.expect.value(list, Json::array())) {
        const auto& rules = built_in_rules().findings;
        EXPECT_TRUE(std::any_of(rules.begin(), rules.end(),
                                [&](const FindingRule& rule) { return rule.id == id.get<std::string>(); }))
            << recording.name << ": no rule is named " << id;
      }
  }
}

TEST(Machines, AreDiagnosedAsIfEachDeviceWereJudgedByItself) {
  RuleBook one_by_one = built_in_rules();
  one_by_one.compared_of_devices = std::vector<std::string>{};
  for (const Recording& recording : recordings()) {
    const Facts facts = facts_of(recording.evidence);
    const Diagnosis diagnosis = diagnose(built_in_rules(), facts), expected = diagnose(one_by_one, facts);
    ASSERT_EQ(diagnosis.findings.size(), expected.findings.size()) << recording.name;
    for (std::size_t n = 0; n < expected.findings.size(); ++n) {
      EXPECT_EQ(diagnosis.findings[n].id, expected.findings[n].id) << recording.name;
      EXPECT_EQ(diagnosis.findings[n].devices, expected.findings[n].devices) << recording.name;
    }
    ASSERT_EQ(diagnosis.undecided.size(), expected.undecided.size()) << recording.name;
    for (std::size_t n = 0; n < expected.undecided.size(); ++n)
      EXPECT_EQ(diagnosis.undecided[n].terms.size(), expected.undecided[n].terms.size()) << recording.name;
  }
}

TEST(Machines, MakeEveryFindingFireInOneAndStaySilentInAnother) {
  std::map<std::string, std::size_t> fired;
  for (const Recording& recording : recordings())
    for (const Finding& finding : diagnose(built_in_rules(), facts_of(recording.evidence)).findings)
      ++fired[finding.id];
  for (const FindingRule& rule : built_in_rules().findings) {
    // What nobody can explain is the wish for a rule; tests/judge/unexplained_test.cpp holds these.
    if (rule.otherwise_unexplained) continue;
    EXPECT_GT(fired[rule.id], 0u) << rule.id << " fires on none of the machines here";
    EXPECT_LT(fired[rule.id], recordings().size()) << rule.id << " fires on all of them";
  }
}

// What is blocked is never passed over in silence.
TEST(Machines, SayWhyWhatIsBlockedIsBlocked) {
  std::size_t blocked = 0;
  for (const Recording& recording : recordings()) {
    const auto analysis = analyze(shared_rules(), recording.evidence, {.is_recommending = false});
    ASSERT_TRUE(analysis) << recording.name << ": " << analysis.error();
    const auto& findings = analysis->diagnosis.findings;
    bool is_any = false;
    for (const Platform& platform : analysis->facts.platforms)
      for (std::size_t n = 0; n < std::max<std::size_t>(platform.devices.size(), 1); ++n) {
        const bool has_device = n < platform.devices.size();
        if ((has_device ? platform.devices[n].state : platform.state) != State::blocked) continue;
        is_any = true;
        EXPECT_TRUE(std::any_of(findings.begin(), findings.end(),
                                [&](const Finding& one) {
                                  return one.explains_block && one.platform == platform.id &&
                                         (one.devices.empty() || !has_device ||
                                          std::count(one.devices.begin(), one.devices.end(), n) > 0);
                                }))
            << recording.name << ": " << platform.id << " " << n;
      }
    blocked += is_any;
    if (is_any) EXPECT_EQ(doctor_text(*analysis, {}).find("No problems found"), std::string::npos) << recording.name;
    const Json expected = recording.expect.value("findings", Json::array());
    for (const Finding& finding : findings)
      if (std::find(expected.begin(), expected.end(), finding.id) == expected.end())
        EXPECT_FALSE(finding.id.ends_with(".unexplained")) << recording.name << " needs a rule: " << finding.id;
  }
  EXPECT_GT(blocked, 50u);
}

TEST(Machines, TellNoFactThatIsNotDeclared) {
  const auto& declared = *built_in_rules().vocabulary;
  std::set<std::string> undeclared;
  const auto look = [&](const std::string& prefix, const FactTable& facts) {
    for (const auto& [name, fact] : facts)
      if (!declared.count(prefix + name)) undeclared.insert(prefix + name);
  };
  for (const Recording& recording : recordings()) {
    const Facts facts = facts_of(recording.evidence);
    look("", facts.host);
    for (const Platform& platform : facts.platforms) {
      look(platform.id + ".", platform.facts);
      for (const Device& device : platform.devices) look("device.", device.facts);
    }
  }
  EXPECT_THAT(undeclared, testing::IsEmpty()) << "rules/facts/ has to name them";
}

TEST(Machines, SurviveBeingWrittenAndReadAgain) {
  for (const Recording& recording : recordings()) {
    const auto again = parse_machine_file(write_machine_file(recording.evidence), recording.name);
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(again->answers, recording.evidence.answers) << recording.name;
  }
}

TEST(Machines, GiveTheSameReportEachTime) {
  for (const Recording& recording : recordings()) {
    std::string first;
    for (int time = 0; time < 2; ++time) {
      const auto analysis = analyze(shared_rules(), recording.evidence);
      ASSERT_TRUE(analysis) << recording.name << ": " << analysis.error();
      const std::string json = report_json(*analysis);
      EXPECT_FALSE(recommend_text(*analysis, {}).empty());
      EXPECT_FALSE(probe_text(*analysis, {}).empty());
      EXPECT_FALSE(doctor_text(*analysis, {}).empty());
      if (time == 0)
        first = json;
      else
        EXPECT_EQ(json, first) << recording.name;
    }
  }
}

TEST(Machines, GetTheSameTruthWithAndWithoutItsTerms) {
  for (const Recording& recording : recordings()) {
    const Facts facts = facts_of(recording.evidence);
    for (const FindingRule& rule : built_in_rules().findings)
      EXPECT_EQ(holds(rule.when, facts), evaluate(rule.when, facts).truth) << recording.name << ": " << rule.id;
  }
}

}  // namespace
}  // namespace rigfit
