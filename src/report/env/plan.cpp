#include <fmt/format.h>

#include <algorithm>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "facts/platforms.hpp"
#include "judge/recommend/first_choice.hpp"
#include "judge/support/builds.hpp"
#include "report/env/env.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const Candidate* candidate_of(const Recommendation& recommendation, const std::string& framework) {
  return framework.empty() ? first_choice(recommendation) : recommendation.candidate(framework);
}

const Device* device_for(const Build& build, const Facts& facts) {
  const Platform* platform = facts.platform(build.platform);
  if (!platform) return nullptr;
  for (const Device& device : platform->devices)
    if (has_code(build, device, facts) != Truth::no) return &device;
  return nullptr;
}

/// The first image that names the build, else the first of its platform.
const BaseImage* base_for(const Build& build, const EnvironmentRules& rules, const Facts& facts, const Device* device) {
  for (const bool by_build : {true, false})
    for (const BaseImage& base : rules.bases) {
      if (!contains(by_build ? base.builds : base.platforms, by_build ? build.id : build.platform)) continue;
      if (holds(base.when, facts) != Truth::yes) continue;
      if (base.device && (!device || holds(*base.device, facts, device) == Truth::no)) continue;
      return &base;
    }
  return nullptr;
}

const DeviceAccess* access_for(const std::string& platform, const EnvironmentRules& rules, const Facts& facts) {
  for (const DeviceAccess& access : rules.access)
    if (access.platform == platform && holds(access.when, facts) == Truth::yes) return &access;
  return nullptr;
}

/// The facts of a container on this machine, before its image is known: a Linux with glibc and no packages.
Facts in_a_container(Facts facts) {
  facts.host.set(fact::os::family, std::string("linux"), {});
  facts.host.set(fact::os::libc, std::string("glibc"), {});
  facts.host.set(fact::os::glibc_version, Fact::unknown("the image tells"));
  facts.host.set(fact::python::version, Fact::unknown("the image tells"));
  facts.host.set(fact::python::versions, Fact::unknown("the image tells"));
  return facts;
}

void provide(const BaseImage& base, const Vocabulary& vocabulary, Facts& facts) {
  for (const auto& [name, version] : base.provides) {
    const auto type = vocabulary.find(name);
    Fact fact = Fact::of(type != vocabulary.end() && type->second == "text" ? Value{version.text()} : Value{version});
    const std::size_t dot = name.find('.');
    if (Platform* platform = facts.platform(name.substr(0, dot)))
      platform->facts.set_by_name(name.substr(dot + 1), std::move(fact));
    else
      facts.host.set_by_name(name, std::move(fact));
  }
}

/// A build in a container here: what it lacks.
struct Contained {
  const Build* build = nullptr;
  const BaseImage* base = nullptr;
  Truth runs = Truth::yes;
  bool is_fixable = true;  ///< all that it is known to lack
  std::string fix;         ///< of the first thing it lacks
};

std::optional<Contained> contained(const Build& build, const RuleBook& rules, const Facts& host) {
  const Device* device = device_for(build, host);
  if (build.platform != "cpu" && !device) return std::nullopt;
  Contained one;
  one.build = &build;
  one.base = base_for(build, *rules.environments, host, device);
  if (!one.base) return std::nullopt;
  Facts facts = host;
  provide(*one.base, *rules.vocabulary, facts);
  if (!one.base->python.empty() && !takes_python(build, *Version::parse(one.base->python))) return std::nullopt;
  for (const Requirement& need : build.needs) {
    const Truth met = holds(need.when, facts);
    one.runs = one.runs & met;
    if (met != Truth::no) continue;
    one.is_fixable = one.is_fixable && need.fixable;
    if (one.fix.empty()) one.fix = need.fix;
  }
  return one;
}

/// The newest build that runs in a container on this machine; else the newest once what it lacks is fixed.
std::optional<Contained> newest_contained(const FrameworkRule& framework, const std::string& platform,
                                          const RuleBook& rules, const Facts& host) {
  std::optional<Contained> best;
  for (const Build& build : framework.builds) {
    if (build.platform != platform) continue;
    auto one = contained(build, rules, host);
    if (!one || (one->runs == Truth::no && !one->is_fixable)) continue;
    const auto worth = [](const Contained& c) { return c.runs == Truth::yes ? 2 : c.runs == Truth::unknown ? 1 : 0; };
    if (!best || worth(*one) > worth(*best)) best = std::move(*one);
  }
  return best;
}

void set_packages(const Build& build, const Facts& facts, const Device* device, EnvPlan& plan) {
  for (const std::string& package : build.packages)
    plan.packages.push_back(parse_requirement(fill_in(package, facts, device)));
  for (std::size_t n = 0; n + 1 < build.options.size(); n += 2) {
    const std::string &option = build.options[n], &value = build.options[n + 1];
    if (option == "--index-url") plan.index_url = value;
    if (option == "--extra-index-url") plan.extra_indexes.push_back(value);
    if (option == "--find-links") plan.find_links.push_back(value);
  }
  if (!build.environment.empty())
    plan.remarks.push_back(
        fmt::format("It is built from source: {} has to be set while it is installed.", build.environment));
}

/// What the driver has to be, and what it is.
void remark_on_driver(const Build& build, const Facts& facts, EnvPlan& plan) {
  if (build.platform != "cuda") return;
  const Version* driver =
      facts.platform("cuda") ? facts.platform("cuda")->facts.get(fact::cuda::driver_version) : nullptr;
  for (const Requirement& need : build.needs) {
    if (need.name != "driver") continue;
    const Truth met = holds(need.when, facts);
    if (met == Truth::yes && driver)
      plan.remarks.push_back(fmt::format("The NVIDIA driver here, {}, is new enough.", driver->text()));
    if (met == Truth::no)
      plan.warnings.push_back(
          fmt::format("First, on the host: {}{}", need.fix, driver ? fmt::format(" {} is here.", driver->text()) : ""));
    if (met == Truth::unknown)
      plan.remarks.push_back(fmt::format("Which NVIDIA driver is here is not known. If it is older: {}", need.fix));
  }
}

void remark_on_block(const Analysis& analysis, const Build& build, EnvPlan& plan) {
  const Platform* platform = analysis.facts.platform(build.platform);
  if (platform && platform->state == State::blocked)
    plan.warnings.push_back(
        fmt::format("{} is blocked on this machine: see `rigfit doctor`.", platform_name(platform->id)));
}

void set_docker_options(const Analysis& analysis, EnvPlan& plan) {
  if (!plan.access) return;
  const Platform& platform = *analysis.facts.platform(plan.access->platform);
  plan.docker_options = plan.access->docker;
  if (!plan.access->docker_each.empty())
    for (std::size_t n = 0; n < platform.devices.size(); ++n) {
      std::string option = plan.access->docker_each;
      if (const std::size_t at = option.find("{n}"); at != option.npos) option.replace(at, 3, std::to_string(n));
      plan.docker_options.push_back(std::move(option));
    }
  for (const DeviceAccess::Group& group : plan.access->groups) {
    const Device* device = platform.devices.empty() ? nullptr : &platform.devices.front();
    const Fact fact = look_up(group.fact, analysis.facts, device);
    const std::int64_t* gid = fact.value ? std::get_if<std::int64_t>(&*fact.value) : nullptr;
    if (!gid) {
      plan.groups_to_look_up.push_back(group.node);
      continue;
    }
    if (std::string option = fmt::format("--group-add={}", *gid); !contains(plan.docker_options, option))
      plan.docker_options.push_back(std::move(option));
  }
}

std::string why_none(const Candidate& candidate) {
  for (const Resolution& resolution : candidate.support.resolutions)
    if (resolution.nearest_miss)
      return fmt::format("no published build of {} runs here: of the nearest, {} {}, {}", candidate.rule->name,
                         resolution.nearest_miss->version, platform_name(resolution.platform),
                         resolution.nearest_miss->reason);
  return fmt::format("no published build of {} runs here", candidate.rule->name);
}

tl::expected<EnvPlan, std::string> plan_of_host(const Analysis& analysis, const Candidate& candidate, EnvPlan plan) {
  const BestBuild best = best_build(candidate.support);
  if (!best.build) return tl::unexpected(why_none(candidate));
  if (best.build->packages.empty())
    return tl::unexpected(
        fmt::format("pip has no {} {} for {}: its maker publishes a container, see `rigfit env docker`",
                    candidate.rule->name, best.build->version, platform_name(best.build->platform)));
  plan.build = best.build;
  plan.python = best.install->python;
  remark_on_driver(*best.build, analysis.facts, plan);
  remark_on_block(analysis, *best.build, plan);
  for (const Resolution& resolution : candidate.support.resolutions)
    if (resolution.after == best.build && resolution.chosen != best.build)
      for (const Rejection& lack : resolution.fixes)
        if (lack.requirement != "driver" && !lack.fix.empty())
          plan.warnings.push_back("First: " + as_sentence(lack.fix));
  set_packages(*best.build, analysis.facts, device_for(*best.build, analysis.facts), plan);
  if (!best.build->note.empty()) plan.remarks.push_back(as_sentence(best.build->note));
  return plan;
}

tl::expected<EnvPlan, std::string> plan_of_container(const Analysis& analysis, const Candidate& candidate,
                                                     const EnvKind& kind, EnvPlan plan) {
  const bool is_mac = plan.system == "darwin";
  const std::string platform = is_mac ? "cpu" : candidate.support.best_platform_after;
  const Facts host = in_a_container(analysis.facts);
  const RuleBook& rules = *analysis.rules;
  auto found = newest_contained(*candidate.rule, platform.empty() ? "cpu" : platform, rules, host);
  if (!found)
    return tl::unexpected(fmt::format("no published build of {} runs in a container here", candidate.rule->name));
  plan.system = "linux";
  plan.build = found->build;
  plan.base = found->base;
  plan.access = access_for(found->build->platform, *rules.environments, analysis.facts);
  plan.python = found->base->python.empty() ? found->build->python.advised : found->base->python;
  plan.image = found->base->image;
  if (const std::size_t at = plan.image.find("{python}"); at != plan.image.npos) plan.image.replace(at, 8, plan.python);
  if (is_mac)
    plan.warnings.emplace_back(
        "Containers get no GPU on macOS, so this one computes on the CPU; outside of it: `rigfit env uv`.");
  remark_on_driver(*found->build, analysis.facts, plan);
  remark_on_block(analysis, *found->build, plan);
  if (found->runs == Truth::no && found->build->platform != "cuda" && !found->fix.empty())
    plan.warnings.push_back("First, on the host: " + as_sentence(found->fix));
  // Apptainer brings the devices by itself.
  if (kind.name != "apptainer" && plan.access && !plan.access->needs.empty())
    plan.remarks.push_back(fmt::format("It needs {}.", plan.access->needs));
  set_packages(*found->build, host, device_for(*found->build, host), plan);
  if (!found->base->note.empty()) plan.remarks.push_back(as_sentence(found->base->note));
  set_docker_options(analysis, plan);
  return plan;
}

}  // namespace

std::string EnvPlan::title() const {
  const std::string platform_text = platform_name(build->platform);
  return fmt::format("{} {} ({}{})", framework->name, build->version, platform_text,
                     build->runtime.empty() ? "" : " " + build->runtime);
}

std::string EnvPlan::name() const { return "rigfit-" + framework->id; }

tl::expected<EnvPlan, std::string> plan_environment(const Analysis& analysis, const std::string& framework,
                                                    const EnvKind& kind) {
  if (!analysis.recommendation) return tl::unexpected(std::string("nothing is recommended"));
  const Candidate* candidate = candidate_of(*analysis.recommendation, framework);
  if (!candidate)
    return tl::unexpected(std::string("no framework can be recommended for this machine; --framework names one"));
  EnvPlan plan;
  plan.framework = candidate->rule;
  plan.as_of = analysis.rules->as_of;
  if (const std::string* family = analysis.facts.host.get(fact::os::family)) plan.system = *family;
  if (const std::string* arch = analysis.facts.host.get(fact::host::arch)) plan.processor = *arch;
  return kind.is_container ? plan_of_container(analysis, *candidate, kind, std::move(plan))
                           : plan_of_host(analysis, *candidate, std::move(plan));
}

}  // namespace rigfit
