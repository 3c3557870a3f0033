#include "analysis/analysis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/requests.hpp"
#include "facts/platforms.hpp"
#include "judge/installed/packages.hpp"
#include "judge/recommend/answers.hpp"
#include "judge/recommend/target_os.hpp"
#include "judge/support/resolver.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {
namespace {

/// Puts the platforms into their order; what no probe read is unknown.
void complete(Facts& facts, std::string_view only) {
  std::vector<Platform> ordered;
  for (const PlatformInfo& info : platforms()) {
    const bool is_wanted = only.empty() || only == info.id || info.id == "cpu";
    Platform* read = facts.platform(info.id);
    if (read && is_wanted) {
      ordered.push_back(std::move(*read));
      continue;
    }
    Platform platform;
    platform.id = info.id;
    platform.because = is_wanted ? "no probe reads it" : fmt::format("not looked at: only {} was asked for", only);
    ordered.push_back(std::move(platform));
  }
  facts.platforms = std::move(ordered);
}

/// What the probes read, each by itself.
Facts read_facts(const Evidence& evidence, const DeviceTable& devices, std::string_view only) {
  Facts facts;
  const PciReading bus(evidence);
  for (const Probe* probe : probes_for(only)) facts.merge(probe->read(evidence, devices));
  complete(facts, only);
  return facts;
}

/// What follows from facts of several probes and from the tables of the rules.
void relate(const RuleBook& rules, ResolutionStore& resolutions, Facts& facts) {
  derive(rules, facts);
  for (const Probe* probe : all_probes())
    if (probe->relate) probe->relate(facts);
  judge_installed(rules, facts, &resolutions);
}

}  // namespace

Facts facts_of(const Evidence& evidence, const RuleBook& rules, std::string_view only) {
  ResolutionStore resolutions;
  Facts facts = read_facts(evidence, rules.devices, only);
  relate(rules, resolutions, facts);
  return facts;
}

tl::expected<Analysis, std::string> analyze(const SharedRules& rules, Evidence evidence, const Purpose& purpose) {
  return analyze(rules, std::move(evidence), purpose, [](std::string_view) {});
}

tl::expected<Analysis, std::string> analyze(const SharedRules& rules, Evidence evidence, const Purpose& purpose,
                                            const std::function<void(std::string_view step)>& after_step) {
  Analysis analysis{rules, std::move(evidence)};
  // What the builds look at is settled when the installed packages are judged, which need some of what is asked later.
  ResolutionStore resolutions;
  analysis.facts = read_facts(analysis.evidence, rules->devices, purpose.only);
  if (purpose.what_if.any()) {
    auto changed = suppose(std::move(analysis.facts), purpose.what_if, *rules);
    if (!changed) return tl::unexpected(std::move(changed.error()));
    analysis.facts = std::move(changed->facts);
    analysis.what_if = std::move(changed->text);
    analysis.assumptions = std::move(changed->assumptions);
  }
  if (!purpose.target_os.empty()) {
    // What the rules' tables say of the hardware stays under another system, so it is added before the change.
    derive(*rules, analysis.facts);
    analysis.facts = retargeted(std::move(analysis.facts), purpose.target_os);
  }
  relate(*rules, resolutions, analysis.facts);
  after_step("facts");
  analysis.target_os = purpose.target_os;
  analysis.diagnosis = diagnose(*rules, analysis.facts);
  if (const Profile* profile = rules->profile(purpose.wishes.profile)) analysis.profile = profile->id;
  after_step("diagnosis");
  if (!purpose.is_recommending || !purpose.only.empty()) return analysis;
  auto answers = answer(*rules, analysis.facts, analysis.diagnosis, purpose.wishes, &resolutions);
  after_step("recommendation");
  if (!answers) return tl::unexpected(std::move(answers.error()));
  analysis.recommendation = std::move(answers->framework);
  analysis.runtime = std::move(answers->runtime);
  return analysis;
}

bool is_determined(const Facts& facts) {
  bool any_unknown = false;
  for (const Platform& platform : facts.platforms) {
    if (platform.id == "cpu") continue;
    if (platform.state == State::unknown) any_unknown = true;
    // MPS is reported from the system's name alone, so that it cannot exist here says nothing about what does.
    if (platform.state != State::unknown && platform.state != State::not_applicable) return true;
  }
  return !any_unknown;
}

CheckResult check(const Analysis& analysis, const std::vector<CheckRequirement>& requirements) {
  return check(requirements, *analysis.rules, analysis.facts, analysis.diagnosis,
               analysis.recommendation ? &*analysis.recommendation : nullptr, is_determined(analysis.facts));
}

CommonChoice choose_for_all(const std::vector<NamedAnalysis>& machines) {
  std::vector<const Recommendation*> recommendations;
  for (const NamedAnalysis& machine : machines)
    if (machine.analysis.recommendation) recommendations.push_back(&*machine.analysis.recommendation);
  return choose_for_all(recommendations);
}

}  // namespace rigfit
