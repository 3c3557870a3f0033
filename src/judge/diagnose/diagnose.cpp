#include "judge/diagnose/diagnose.hpp"

#include <algorithm>
#include <optional>

#include "judge/diagnose/command_here.hpp"
#include "judge/diagnose/finding_text.hpp"
#include "judge/diagnose/fold.hpp"
#include "judge/diagnose/lookup.hpp"
#include "judge/diagnose/unexplained.hpp"

namespace rigfit {
namespace {

int rank(const std::string& severity) { return severity == "error" ? 0 : severity == "warning" ? 1 : 2; }

}  // namespace

Finding make_finding(const FindingRule& rule, const Facts& facts, const Device* device) {
  Finding finding;
  finding.id = rule.id;
  finding.severity = rule.severity;
  finding.platform = rule.platform;
  finding.title = rule.title;
  finding.layer = rule.layer;
  finding.generic = rule.generic;
  finding.cause = fill_in_sentence(rule.text->cause, facts, device);
  if (!lacks_a_fact(rule.text->verify, facts, device))
    finding.verify = command_here(fill_in(rule.text->verify, facts, device), facts).value_or("rigfit doctor");
  finding.source = rule.text->source;
  finding.fixable = rule.fixable;
  finding.explains_block = rule.explains_block;
  for (const RemedyStep& step : rule.text->remedy)
    if (holds(step.when, facts, device) == Truth::yes && !lacks_a_fact(step.text, facts, device) &&
        !lacks_a_fact(step.command, facts, device))
      if (auto command = command_here(fill_in(step.command, facts, device), facts))
        finding.remedy.push_back(
            {text_here(fill_in_sentence(step.text, facts, device), *command, facts), std::move(*command)});
  return finding;
}

namespace {

/// What many rules begin with, asked once.
class Openings {
 public:
  Openings(const RuleBook& rules, const Facts& facts) : rules_(rules), facts_(facts), truths_(rules.openings.size()) {}
  bool rule_out(const std::optional<std::size_t>& opening) {
    if (!opening) return false;
    std::optional<Truth>& truth = truths_[*opening];
    if (!truth) truth = holds(rules_.openings[*opening], facts_);
    return *truth == Truth::no;
  }

 private:
  const RuleBook& rules_;
  const Facts& facts_;
  std::vector<std::optional<Truth>> truths_;
};

/// Whether the machine is known to have no device of this platform.
bool has_none(const Platform* platform) {
  return platform && platform->devices.empty() &&
         (platform->state == State::absent || platform->state == State::not_applicable);
}

/// Whether it set the fact.
bool derive_one(const DerivedFact& derived, const std::string& name, const Facts& facts, const Device* device,
                FactTable& table) {
  if (!table.at_by_name(name).is_unknown()) return false;
  if (holds(derived.when, facts, device) != Truth::yes) return false;
  const Verdict verdict = evaluate(derived.when, facts, device);
  std::vector<std::string> sources;
  for (const Term& term : verdict.terms)
    for (const std::string& source : term.sources)
      if (std::find(sources.begin(), sources.end(), source) == sources.end()) sources.push_back(source);
  table.set_by_name(name, Fact::of(derived.value, std::move(sources)));
  return true;
}

}  // namespace

void derive(const RuleBook& rules, Facts& facts) {
  look_up_tables(rules, facts);
  std::optional<Openings> openings;
  for (const DerivedFact& derived : rules.derived) {
    // Asked anew after each fact that is derived: it may be what they are about.
    if (!openings) openings.emplace(rules, facts);
    if (openings->rule_out(derived.opening)) continue;
    bool is_set = false;
    const std::size_t dot = derived.fact.find('.');
    const std::string owner = derived.fact.substr(0, dot), name = derived.fact.substr(dot + 1);
    if (owner == "device") {
      for (Platform& platform : facts.platforms)
        for (Device& device : platform.devices)
          is_set = derive_one(derived, name, facts, &device, device.facts) || is_set;
    } else if (Platform* platform = facts.platform(owner); platform && owner != "cpu") {  // cpu.… is the host's
      is_set = derive_one(derived, name, facts, nullptr, platform->facts);
    } else {
      is_set = derive_one(derived, derived.fact, facts, nullptr, facts.host);
    }
    if (is_set) openings.reset();
  }
}

namespace {

/// Adds a rule to the undecided ones, unless nobody asked for any of what would decide it.
void add_undecided(const FindingRule& rule, std::vector<Term> terms, Diagnosis& diagnosis) {
  if (std::any_of(terms.begin(), terms.end(), [](const Term& term) { return term.is_gap; }))
    diagnosis.undecided.push_back({rule.id, rule.title, std::move(terms)});
}

}  // namespace

Diagnosis diagnose(const RuleBook& rules, const Facts& facts) {
  Diagnosis diagnosis;
  Openings openings(rules, facts);
  for (const FindingRule& rule : rules.findings) {
    if (rule.otherwise_unexplained || openings.rule_out(rule.opening)) continue;
    const Platform* platform = facts.platform(rule.platform);
    if (rule.device && has_none(platform)) continue;
    if (holds(rule.when, facts) == Truth::no) continue;
    const Verdict whole = evaluate(rule.when, facts);
    if (!rule.device) {
      if (whole.truth == Truth::yes) {
        diagnosis.findings.push_back(make_finding(rule, facts, nullptr));
        diagnosis.findings.back().terms = whole.terms;
      } else {
        add_undecided(rule, whole.terms, diagnosis);
      }
      continue;
    }
    // The rule is about devices: one finding for all it holds for, reported with the first one's values.
    std::vector<std::size_t> concerned;
    std::vector<Term> terms, unknown = whole.truth == Truth::unknown ? whole.terms : std::vector<Term>{};
    for (std::size_t n = 0; platform && n < platform->devices.size(); ++n) {
      const Device& device = platform->devices[n];
      const Truth truth = holds(*rule.device, facts, &device);
      if (truth == Truth::no) continue;
      if (truth == Truth::yes) {
        if (concerned.empty()) terms = evaluate(*rule.device, facts, &device).terms;
        concerned.push_back(n);
        continue;
      }
      const Verdict one = evaluate(*rule.device, facts, &device);
      unknown.insert(unknown.end(), one.terms.begin(), one.terms.end());
    }
    if (platform && whole.truth == Truth::yes && !concerned.empty()) {
      Finding finding = make_finding(rule, facts, &platform->devices[concerned.front()]);
      finding.devices = std::move(concerned);
      finding.terms = whole.terms;
      finding.terms.insert(finding.terms.end(), terms.begin(), terms.end());
      diagnosis.findings.push_back(std::move(finding));
    } else if (!unknown.empty()) {
      add_undecided(rule, std::move(unknown), diagnosis);
    }
  }
  find_unexplained(rules, facts, diagnosis.findings);
  raise_causes(facts, diagnosis.findings);
  fold(rules, facts, diagnosis.findings);
  std::stable_sort(diagnosis.findings.begin(), diagnosis.findings.end(),
                   [](const Finding& a, const Finding& b) { return rank(a.severity) < rank(b.severity); });
  return diagnosis;
}

}  // namespace rigfit
