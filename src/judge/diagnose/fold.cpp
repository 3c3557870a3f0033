#include "judge/diagnose/fold.hpp"

#include <algorithm>

#include "judge/diagnose/unexplained.hpp"

namespace rigfit {
namespace {

bool has(const std::vector<std::size_t>& devices, std::size_t device) {
  return std::find(devices.begin(), devices.end(), device) != devices.end();
}

/// Whether `cause` may be what `symptom` tells of: it says why something is blocked, no higher up. An error is not
/// hidden under a warning, and of two generic findings the first one counts.
bool may_cause(const Finding& cause, const Finding& symptom) {
  return &cause != &symptom && cause.folded_under.empty() && cause.platform == symptom.platform &&
         cause.explains_block && cause.layer <= symptom.layer &&
         (cause.severity == "error" || symptom.severity != "error") && (!cause.generic || &cause < &symptom);
}

/// The devices of `symptom` that are none of `cause`'s. A finding without devices is about the whole platform.
std::vector<std::size_t> left_over(const Finding& symptom, const Finding& cause) {
  std::vector<std::size_t> left;
  if (!cause.devices.empty())
    for (const std::size_t device : symptom.devices)
      if (!has(cause.devices, device)) left.push_back(device);
  return left;
}

/// The same finding, as it reads of these devices.
void keep_only(std::vector<std::size_t> devices, const RuleBook& rules, const Facts& facts, Finding& finding) {
  const FindingRule* rule = rules.finding(finding.id);
  const Platform* platform = facts.platform(finding.platform);
  if (!rule || !platform) return;
  Finding rest = make_finding(*rule, facts, &platform->devices[devices.front()]);
  rest.devices = std::move(devices);
  rest.terms = std::move(finding.terms);
  finding = std::move(rest);
}

void fold_one(const RuleBook& rules, const Facts& facts, const std::vector<Finding>& findings, bool generic_causes,
              Finding& symptom) {
  for (const Finding& cause : findings) {
    if (cause.generic != generic_causes || !may_cause(cause, symptom)) continue;
    std::vector<std::size_t> left = left_over(symptom, cause);
    if (left.size() == symptom.devices.size() && !left.empty()) continue;
    if (left.empty()) {
      symptom.folded_under = cause.id;
      return;
    }
    keep_only(std::move(left), rules, facts, symptom);
  }
}

}  // namespace

void fold(const RuleBook& rules, const Facts& facts, std::vector<Finding>& findings) {
  for (Finding& symptom : findings)
    if (symptom.generic) fold_one(rules, facts, findings, false, symptom);
  for (Finding& symptom : findings)
    if (symptom.generic && symptom.folded_under.empty()) fold_one(rules, facts, findings, true, symptom);
}

}  // namespace rigfit
