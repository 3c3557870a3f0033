#include "judge/diagnose/unexplained.hpp"

#include <algorithm>
#include <utility>

#include "fact_names/device.hpp"

namespace rigfit {
namespace {

/// Whether some finding says why the device is blocked: one about it, or about its platform as a whole.
bool is_explained(const std::vector<Finding>& findings, const std::string& platform, std::size_t device) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    const auto& devices = finding.devices;
    return finding.explains_block && finding.platform == platform &&
           (devices.empty() || std::find(devices.begin(), devices.end(), device) != devices.end());
  });
}

bool is_explained(const std::vector<Finding>& findings, const std::string& platform) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.explains_block && finding.platform == platform; });
}

Finding unexplained(const FindingRule& rule, const Facts& facts, const Device& device) {
  Finding finding = make_finding(rule, facts, &device);
  finding.terms = evaluate(rule.device ? **rule.device : *rule.when, facts, &device).terms;
  return finding;
}

bool trains(const Device& device) {
  const std::string* kind = device.facts.get(fact::device::kind);
  return !kind || (*kind != "npu" && *kind != "edge_tpu");
}

}  // namespace

void raise_causes(const Facts& facts, std::vector<Finding>& findings) {
  for (const Platform& platform : facts.platforms) {
    if (platform.state != State::blocked || std::none_of(platform.devices.begin(), platform.devices.end(), trains))
      continue;
    const auto explains = [&](const Finding& finding) {
      return finding.explains_block && finding.platform == platform.id;
    };
    const auto is_error = [&](const Finding& finding) { return explains(finding) && finding.severity == "error"; };
    if (std::any_of(findings.begin(), findings.end(), is_error)) continue;
    for (Finding& finding : findings)
      if (explains(finding) && finding.severity == "warning") finding.severity = "error";
  }
}

void find_unexplained(const RuleBook& rules, const Facts& facts, std::vector<Finding>& findings) {
  for (const FindingRow& row : rules.findings) {
    if (!row.otherwise_unexplained) continue;
    const FindingRule& rule = row;
    const Platform* platform = facts.platform(rule.platform);
    if (!platform) continue;
    std::vector<std::pair<std::string, Finding>> found;  // by what fails
    for (std::size_t n = 0; n < platform->devices.size(); ++n) {
      const Device& device = platform->devices[n];
      if (device.state != State::blocked || is_explained(findings, platform->id, n)) continue;
      const std::string cause = to_text(look_up("device.blocked_layer", facts, &device));
      auto same = std::find_if(found.begin(), found.end(), [&](const auto& one) { return one.first == cause; });
      if (same == found.end()) same = found.insert(found.end(), {cause, unexplained(rule, facts, device)});
      same->second.devices.push_back(n);
    }
    for (auto& [cause, finding] : found) findings.push_back(std::move(finding));
    if (platform->state != State::blocked || is_explained(findings, platform->id)) continue;
    // No device is reported of: the platform stands for it.
    Device whole;
    whole.state = platform->state;
    whole.because = platform->because;
    whole.layers = platform->layers;
    findings.push_back(unexplained(rule, facts, whole));
  }
}

}  // namespace rigfit
