#include "judge/diagnose/diagnose.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "judge/diagnose/command_here.hpp"
#include "judge/diagnose/finding_text.hpp"
#include "judge/diagnose/fold.hpp"
#include "judge/diagnose/lookup.hpp"
#include "judge/diagnose/unexplained.hpp"
#include "judge/support/alike.hpp"

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

/// What rows of tables begin with, asked once.
class Origins {
 public:
  Origins(const RuleBook& rules, const Facts& facts)
      : rules_(rules), facts_(facts), known_(rules.derived_from.size()) {}
  /// Whether nothing can follow: of a fact of devices, of any of them.
  bool rule_out(const std::optional<std::size_t>& from) {
    if (!from) return false;
    std::optional<bool>& known = known_[*from];
    if (!known) known = is_known(rules_.derived_from[*from]);
    return !*known;
  }

 private:
  bool is_known(std::string_view name) const {
    if (!name.starts_with("device.")) return has_values(name, facts_);
    return std::any_of(facts_.platforms.begin(), facts_.platforms.end(), [&](const Platform& platform) {
      return std::any_of(platform.devices.begin(), platform.devices.end(),
                         [&](const Device& device) { return has_values(name, facts_, &device); });
    });
  }

  const RuleBook& rules_;
  const Facts& facts_;
  std::vector<std::optional<bool>> known_;
};

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
  std::optional<Origins> origins;
  for (const DerivedRow& row : rules.derived) {
    // Asked anew after each fact that is derived: others may follow from it.
    if (!origins) origins.emplace(rules, facts);
    if (origins->rule_out(row.from)) continue;
    const DerivedFact& derived = row;
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
    if (is_set) origins.reset();
  }
}

namespace {

/// Adds a rule to the undecided ones, unless nobody asked for any of what would decide it.
void add_undecided(const FindingRule& rule, std::vector<Term> terms, Diagnosis& diagnosis) {
  if (std::any_of(terms.begin(), terms.end(), [](const Term& term) { return term.is_gap; }))
    diagnosis.undecided.push_back({rule.id, rule.title, std::move(terms)});
}

/// The findings of one machine, rule by rule.
class Diagnosing {
 public:
  Diagnosing(const RuleBook& rules, const Facts& facts, Wanting wanting)
      : rules_(rules), facts_(facts), wanting_(wanting) {}

  void judge(const FindingRule& rule) {
    const Platform* platform = facts_.platform(rule.platform);
    if (rule.device && has_none(platform)) return;
    const Truth whole = holds(rule.when, facts_);
    if (whole == Truth::no) return;
    if (rule.device) return judge_devices(rule, whole, platform);
    if (whole == Truth::yes) {
      found.findings.push_back(make_finding(rule, facts_, nullptr));
      found.findings.back().terms = evaluate(rule.when, facts_).terms;
    } else if (wanting_ == Wanting::all) {
      add_undecided(rule, evaluate(rule.when, facts_).terms, found);
    }
  }

  Diagnosis found;

 private:
  /// The rule is about devices: one finding for all it holds for, reported with the first one's values.
  void judge_devices(const FindingRule& rule, Truth whole, const Platform* platform) {
    std::vector<std::size_t> concerned, undecided;
    std::vector<Truth> truths(platform ? platform->devices.size() : 0);
    for (std::size_t n = 0; n < truths.size(); ++n) {
      const std::size_t first = first_alike(*platform, n);
      truths[n] = first < n ? truths[first] : holds(*rule.device, facts_, &platform->devices[n]);
      if (truths[n] == Truth::yes) concerned.push_back(n);
      if (truths[n] == Truth::unknown) undecided.push_back(n);
    }
    if (whole == Truth::yes && !concerned.empty()) {
      const Device& first = platform->devices[concerned.front()];
      Finding finding = make_finding(rule, facts_, &first);
      finding.devices = std::move(concerned);
      finding.terms = evaluate(rule.when, facts_).terms;
      append(finding.terms, evaluate(*rule.device, facts_, &first).terms);
      found.findings.push_back(std::move(finding));
    } else if (wanting_ == Wanting::all) {
      std::vector<Term> terms = whole == Truth::unknown ? evaluate(rule.when, facts_).terms : std::vector<Term>{};
      for (const std::size_t n : undecided) append(terms, evaluate(*rule.device, facts_, &platform->devices[n]).terms);
      if (!terms.empty()) add_undecided(rule, std::move(terms), found);
    }
  }

  static void append(std::vector<Term>& terms, std::vector<Term> more) {
    std::move(more.begin(), more.end(), std::back_inserter(terms));
  }

  /// The first device of the platform that no finding can tell from the n-th.
  std::size_t first_alike(const Platform& platform, std::size_t n) {
    if (rules_.compared_of_devices->empty()) return n;
    const auto [alike, is_new] = alike_.try_emplace(&platform);
    if (is_new) alike->second = alike_devices(platform, *rules_.compared_of_devices);
    return alike->second[n];
  }

  const RuleBook& rules_;
  const Facts& facts_;
  Wanting wanting_;
  std::map<const Platform*, std::vector<std::size_t>> alike_;
};

}  // namespace

Diagnosis diagnose(const RuleBook& rules, const Facts& facts, Wanting wanting) {
  Diagnosing diagnosing(rules, facts, wanting);
  Openings openings(rules, facts);
  for (const FindingRow& row : rules.findings)
    if (!row.otherwise_unexplained && !openings.rule_out(row.opening)) diagnosing.judge(row);
  Diagnosis diagnosis = std::move(diagnosing.found);
  find_unexplained(rules, facts, diagnosis.findings);
  raise_causes(facts, diagnosis.findings);
  fold(rules, facts, diagnosis.findings);
  std::stable_sort(diagnosis.findings.begin(), diagnosis.findings.end(),
                   [](const Finding& a, const Finding& b) { return rank(a.severity) < rank(b.severity); });
  return diagnosis;
}

}  // namespace rigfit
