#include "judge/check/check_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "facts/platforms.hpp"
#include "judge/check/check_names.hpp"
#include "rules/short_forms.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

void add_new(std::vector<std::string>& all, const std::vector<std::string>& more) {
  for (const std::string& one : more)
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

// --- findings
// ---------------------------------------------------------------------------------------------------------

std::size_t rank_of(const std::string& severity) {
  return static_cast<std::size_t>(std::find(severities().begin(), severities().end(), severity) - severities().begin());
}

/// Whether there is no finding as bad as `severity`. As for `rigfit doctor`, rules that stay undecided are none.
Fact no_findings(const std::string& severity, const Diagnosis& diagnosis, bool is_determined) {
  Fact fact = Fact::of(true);
  std::vector<std::string> ids;
  for (const Finding& finding : diagnosis.findings) {
    if (rank_of(finding.severity) > rank_of(severity)) continue;
    fact.value = false;
    add_new(ids, {finding.id});
    for (const Term& term : finding.terms) add_new(fact.sources, term.sources);
  }
  fact.because = join(ids);
  if (ids.empty() && !is_determined) return Fact::unknown("nothing is known about accelerators here");
  return fact;
}

// --- frameworks
// -------------------------------------------------------------------------------------------------------

const Resolution* resolution_on(const Support& support, std::string_view platform) {
  for (const Resolution& resolution : support.resolutions)
    if (resolution.platform == platform) return &resolution;
  return nullptr;
}

Fact version_of(const Build& build, const std::string& platform, std::vector<std::string> sources) {
  const auto version = Version::parse(build.version);
  if (!version) return Fact::unknown("which version runs here is not known", std::move(sources));
  Fact fact = Fact::of(*version, std::move(sources));
  fact.because = fmt::format("the newest build for {} that runs here", platform_name(platform));
  return fact;
}

struct RunsHere {
  Fact version, platform;
};

/// Whether the build that was chosen on a platform runs there today.
Truth runs(const Resolution& resolution, const Facts& facts) {
  if (!resolution.chosen) return Truth::no;
  const Truth build = resolution.maybe ? Truth::unknown : Truth::yes;
  const Platform* platform = facts.platform(resolution.platform);
  if (!platform || resolution.platform == "cpu") return build;
  Truth any = Truth::no;
  for (const std::size_t n : resolution.devices) {
    const bool* usable = platform->devices[n].facts.get_by_name<bool>(short_form::own_usable);
    any = any | (usable ? truth_of(*usable) : Truth::unknown);
  }
  return build & any;
}

/// Where it is not known on which platform it would run: one of those with a build, when one of them surely does.
RunsHere open_choice(const Support& support, const Facts& facts, const std::vector<std::string>& sources) {
  const std::string because = "something it depends on is unknown: " + support.sentence;
  Fact version = Fact::unknown(because, sources), platform = version;
  bool any_sure = false;
  for (const Resolution& resolution : support.resolutions) {
    const Truth here = runs(resolution, facts);
    if (here == Truth::no) continue;
    any_sure = any_sure || here == Truth::yes;
    platform.may_be.emplace_back(resolution.platform);
    const auto one = Version::parse(resolution.chosen->version);
    if (one) version.may_be.emplace_back(*one);
    if (!one) any_sure = false;
  }
  if (!any_sure) version.may_be.clear(), platform.may_be.clear();
  return {std::move(version), std::move(platform)};
}

RunsHere runs_here(const Support& support, const Facts& facts) {
  const std::string& id = support.best_platform;
  const std::vector<std::string> sources = facts.host.at_by_name(id).sources;
  const Resolution* best = resolution_on(support, id);
  const Truth here = best ? runs(*best, facts) : Truth::no;
  const bool may_run_elsewhere =
      std::any_of(support.resolutions.begin(), support.resolutions.end(), [&](const Resolution& other) {
        return other.platform != id && other.platform != "cpu" && runs(other, facts) == Truth::unknown;
      });
  if (here == Truth::yes && (id != "cpu" || !may_run_elsewhere))
    return {version_of(*best->chosen, id, sources), Fact::of(id, sources)};
  if (here != Truth::no || may_run_elsewhere) return open_choice(support, facts, sources);
  const Rejection* miss = best && best->nearest_miss ? &*best->nearest_miss : nullptr;
  const std::string because = miss ? miss->reason : support.sentence;
  const bool is_unknown = miss && miss->truth == Truth::unknown;
  const Fact none = is_unknown ? Fact::unknown(because, sources) : Fact::of_none(because, sources);
  return {none, none};
}

/// Judged among those of its role, as in a recommendation: an accelerator that none of them can use does not count.
void add_frameworks(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                    const std::vector<std::string>& ids, Facts& all) {
  std::vector<std::string> roles;
  for (const std::string& id : ids) add_new(roles, {rules.framework(id)->role});
  for (const std::string& role : roles) {
    std::vector<const FrameworkRule*> candidates;
    for (const FrameworkRule& framework : rules.frameworks)
      if (framework.role == role) candidates.push_back(&framework);
    for (const Support& support : assess_support(rules, facts, diagnosis, candidates)) {
      RunsHere here = runs_here(support, all);
      const std::string name = check_name::framework + support.framework;
      all.host.set_by_name(name, std::move(here.version));
      all.host.set_by_name(name + std::string(check_name::on_platform), std::move(here.platform));
    }
  }
}

// --- recommendation
// ---------------------------------------------------------------------------------------------------

Fact recommended(const Recommendation& recommendation, bool is_determined) {
  if (recommendation.ranking.places.empty()) return Fact::of_none("no framework fits here");
  const std::string& first = recommendation.ranking.table.options[recommendation.ranking.places.front().option];
  if (!is_determined) return Fact::unknown("nothing is known about accelerators here");
  if (recommendation.scenarios.confidence == "open") {
    std::vector<std::string> firsts;
    for (const Scenarios::Outcome& outcome : recommendation.scenarios.outcomes)
      for (const std::string& id : outcome.first)
        if (std::find(firsts.begin(), firsts.end(), id) == firsts.end()) firsts.push_back(id);
    return Fact::one_of(std::move(firsts), "it depends on what is unknown here");
  }
  Fact fact = Fact::of(first);
  if (!recommendation.because.empty()) fact.because = recommendation.because.front().sentence;
  return fact;
}

}  // namespace

Facts check_facts(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                  const Recommendation* recommendation, bool is_determined,
                  const std::vector<std::string>& frameworks) {
  Facts all = with_short_forms(facts);
  for (const std::string& severity : severities())
    all.host.set_by_name(check_name::no_findings + severity, no_findings(severity, diagnosis, is_determined));
  add_frameworks(rules, facts, diagnosis, frameworks, all);
  all.host.set_by_name(std::string(check_name::recommend), recommendation ? recommended(*recommendation, is_determined)
                                                                          : Fact::unknown("nothing was recommended"));
  return all;
}

}  // namespace rigfit
