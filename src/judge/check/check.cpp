#include "judge/check/check.hpp"

#include <algorithm>

#include "judge/check/check_facts.hpp"
#include "judge/requirements/term_text.hpp"
#include "rules/short_forms.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// Devices that are alike are named once; a name that decided in several ways has all that was seen.
std::string found_text(const std::vector<Term>& terms) {
  std::string text;
  if (terms.size() == 1) {
    text = seen_text(terms.front());
    return terms.front().because.empty() ? text : text + " (" + terms.front().because + ")";
  }
  for (const Term& term : terms) append_to_list(text, term_text(term), "; ");
  return text;
}

/// Of no devices any( ) is no, and no comparison says so: then their number does.
void add_device_counts(const Condition& condition, const Facts& facts, std::vector<Term>& terms) {
  if (!condition.devices_of.empty()) {
    Condition count;
    count.op = Condition::Op::known;
    count.fact = condition.devices_of + std::string(short_form::devices);
    const Verdict verdict = evaluate(count, facts);
    terms.insert(terms.end(), verdict.terms.begin(), verdict.terms.end());
  }
  for (const Condition& part : condition.parts) add_device_counts(part, facts, terms);
}

CheckedLine checked(const CheckRequirement& requirement, const Facts& facts) {
  CheckedLine line;
  line.text = requirement.text;
  line.about = requirement.about;
  Verdict verdict = evaluate(requirement.condition, facts);
  line.met = verdict.truth;
  if (requirement.applies) {
    Verdict applies = evaluate(*requirement.applies, facts);
    line.applies = applies.truth != Truth::no;
    // Where it is not known whether it applies, only what is met in any case is.
    line.met = (!applies.truth) | verdict.truth;
    if (!line.applies || (line.met == Truth::unknown && verdict.truth == Truth::no))
      verdict.terms = std::move(applies.terms);
  }
  if (verdict.terms.empty()) add_device_counts(requirement.condition, facts, verdict.terms);
  line.terms = telling_terms(std::move(verdict.terms));
  line.found = found_text(line.terms);
  return line;
}

}  // namespace

Truth CheckResult::all() const {
  Truth all = Truth::yes;
  for (const CheckedLine& line : lines) all = all & line.met;
  return all;
}

std::size_t CheckResult::count(Truth met) const {
  return static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [&](const CheckedLine& line) { return line.met == met; }));
}

CheckResult check(const std::vector<CheckRequirement>& requirements, const RuleBook& rules, const Facts& facts,
                  const Diagnosis& diagnosis, const Recommendation* recommendation, bool is_determined) {
  const Facts all =
      check_facts(rules, facts, diagnosis, recommendation, is_determined, frameworks_in(requirements, rules));
  CheckResult result;
  for (const CheckRequirement& requirement : requirements) result.lines.push_back(checked(requirement, all));
  return result;
}

}  // namespace rigfit
