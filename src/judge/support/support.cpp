#include "judge/support/support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "fact_names/device.hpp"
#include "facts/platforms.hpp"
#include "judge/support/builds.hpp"
#include "judge/support/resolver.hpp"
#include "rules/kept_away.hpp"

namespace rigfit {
namespace {

/// What a framework's CPU level is worth on a machine whose accelerators it leaves idle, in hundredths.
constexpr int idle_percent = 30;

struct Accelerator {
  const Platform* platform;
  std::size_t index;
  Usable usable;

  const Device& device() const { return platform->devices[index]; }
};

/// The accelerators that count, and a line for each that does not.
struct Accelerators {
  std::vector<Accelerator> all;
  std::vector<Accelerator> without_build;  ///< that no candidate has a build for
  std::vector<std::string> uncounted;
};

struct Level {
  Score points;
  std::vector<const SupportLevel*> rows;  ///< those that hold, or may

  std::string words() const {
    std::string all;
    for (const SupportLevel* row : rows)
      all += (all.empty() ? "" : ", or ") + row->level + (row->note.empty() ? "" : ": " + row->note);
    return rows.empty() ? "none" : all;
  }
  std::vector<std::string> evidence() const {
    std::vector<std::string> all;
    for (const SupportLevel* row : rows) all.insert(all.end(), row->evidence.begin(), row->evidence.end());
    return all;
  }
};

Score score_of(const SupportLevel& row) { return row.points ? Score{*row.points, *row.points} : Score{0, 100}; }

/// The first row of the platform that holds. Where a row before it may hold, it is one of them: an interval.
Level level_on(const FrameworkRule& framework, std::string_view platform, const Facts& facts) {
  Level level;
  for (const SupportLevel& row : framework.support) {
    if (row.platform != platform) continue;
    const Truth fits = holds(row.when, facts);
    if (fits == Truth::no) continue;
    const Score points = score_of(row);
    level.points = level.rows.empty()
                       ? points
                       : Score{std::min(level.points.low, points.low), std::max(level.points.high, points.high)};
    level.rows.push_back(&row);
    if (fits == Truth::yes) break;
  }
  return level;
}

bool is_training_device(const Device& device) {
  const std::string* kind = device.facts.get(fact::device::kind);
  return !kind || (*kind != "edge_tpu" && *kind != "npu" && *kind != "display");
}

bool is_integrated(const Accelerator& one) {
  const bool* integrated = one.device().facts.get(fact::device::integrated);
  return integrated && *integrated;
}

std::string name_of(const Accelerator& one) {
  const std::string* name = one.device().facts.get(fact::device::name);
  return name ? *name : fmt::format("{} device {}", one.platform->id, one.index);
}

/// An old or small GPU that no candidate could ever use is no reason to think less of any of them, and nor is the GPU
/// that comes with the processor where there is a better one.
Accelerators accelerators_of(const Facts& facts, const Diagnosis& diagnosis,
                             const std::vector<const FrameworkRule*>& candidates, Resolver& resolver) {
  Accelerators found;
  for (const PlatformInfo& info : platforms()) {
    const std::string_view id = info.id;
    const Platform* platform = info.is_accelerator ? facts.platform(id) : nullptr;
    if (!platform || platform->state == State::absent || platform->state == State::not_applicable) continue;
    const bool all_hidden = std::all_of(platform->devices.begin(), platform->devices.end(), is_kept_away);
    std::map<std::size_t, bool> covered;  // by the first of those that are alike
    for (std::size_t n = 0; n < platform->devices.size(); ++n) {
      if (!is_training_device(platform->devices[n])) continue;
      const Accelerator one{platform, n, usable(*platform, n, diagnosis)};
      if (!all_hidden && is_kept_away(platform->devices[n])) {
        found.uncounted.push_back(
            fmt::format("{}: {} does not count, as it is kept from this process", id, name_of(one)));
        continue;
      }
      const auto [is_covered, is_new] = covered.try_emplace(resolver.alike(*platform)[n]);
      if (is_new)
        is_covered->second = std::any_of(candidates.begin(), candidates.end(), [&](const FrameworkRule* framework) {
          return level_on(*framework, id, facts).points.high > 0 &&
                 !resolver.resolve(*framework, id, {n}).devices_after.empty();
        });
      if (is_covered->second) {
        found.all.push_back(one);
        continue;
      }
      found.without_build.push_back(one);
      found.uncounted.push_back(
          fmt::format("{}: {} does not count, as no candidate has a build for it", id, name_of(one)));
    }
  }
  if (std::any_of(found.all.begin(), found.all.end(), [](const Accelerator& one) { return !is_integrated(one); }))
    std::erase_if(found.all, [&](const Accelerator& one) {
      if (is_integrated(one))
        found.uncounted.push_back(
            fmt::format("{}: {} does not count, as it is part of the processor and there is "
                        "another accelerator",
                        one.platform->id, name_of(one)));
      return is_integrated(one);
    });
  return found;
}

std::vector<std::size_t> devices_of(const std::vector<Accelerator>& accelerators, const Platform* platform) {
  std::vector<std::size_t> devices;
  for (const Accelerator& one : accelerators)
    if (one.platform == platform) devices.push_back(one.index);
  return devices;
}

std::vector<const Platform*> platforms_of(const std::vector<Accelerator>& accelerators) {
  std::vector<const Platform*> platforms;
  for (const Accelerator& one : accelerators)
    if (std::find(platforms.begin(), platforms.end(), one.platform) == platforms.end())
      platforms.push_back(one.platform);
  return platforms;
}

/// Points × covered / total, rounded to the nearest whole point, halves up.
int share(int points, std::size_t covered, std::size_t total) {
  const int all = static_cast<int>(total);
  return all == 0 ? 0 : (2 * points * static_cast<int>(covered) + all) / (2 * all);
}

std::string shown(Score score) {
  return score.settled() ? fmt::format("{}", score.low) : fmt::format("{} to {}", score.low, score.high);
}

bool holds(const std::vector<std::size_t>& ascending, std::size_t index) {
  return std::binary_search(ascending.begin(), ascending.end(), index);
}

/// How many accelerators of a platform a framework covers.
struct Coverage {
  std::size_t sure = 0, maybe = 0;              ///< today
  std::size_t sure_after = 0, maybe_after = 0;  ///< after the remedies
};

Coverage coverage_of(const Resolution& resolution, const Platform* platform,
                     const std::vector<Accelerator>& accelerators) {
  Coverage coverage;
  for (const Accelerator& one : accelerators) {
    if (one.platform != platform) continue;
    const bool today = resolution.chosen && holds(resolution.devices, one.index);
    const bool after = resolution.after && holds(resolution.devices_after, one.index);
    if (today && one.usable.today == Truth::yes && !resolution.maybe) ++coverage.sure;
    if (today && one.usable.today != Truth::no) ++coverage.maybe;
    // What nobody looked at is taken to be as most machines are, for what holds after the remedies.
    if (after && one.usable.after != Truth::no) {
      ++coverage.maybe_after;
      if (!resolution.unconfirmed_after) ++coverage.sure_after;
    }
  }
  return coverage;
}

/// What makes the difference between today and after, each once.
void add_remedies(const Resolution& resolution, const Platform* platform, const std::vector<Accelerator>& accelerators,
                  const Diagnosis& diagnosis, std::vector<std::string>& remedies) {
  const auto add = [&](std::string id) {
    if (std::find(remedies.begin(), remedies.end(), id) == remedies.end()) remedies.push_back(std::move(id));
  };
  bool needs_other_build = false;
  for (const Accelerator& one : accelerators) {
    if (one.platform != platform || !holds(resolution.devices_after, one.index) || one.usable.after == Truth::no)
      continue;
    needs_other_build = needs_other_build || !holds(resolution.devices, one.index);
    if (one.usable.today != Truth::no) continue;
    for (const Finding& finding : diagnosis.findings)
      if (finding.fixable && finding.folded_under.empty() && concerns(finding, platform->id, one.index))
        add(finding.id);
  }
  if (needs_other_build)
    for (const Rejection& fix : resolution.fixes) add(fix.build + "/" + fix.requirement);
}

/// Keeps the better platform for what holds today, and for what holds after the remedies.
void offer(Support& support, const std::string& platform, Score today, Score after, const Level& level,
           const Build* build, Wording words) {
  // By the middle: that a GPU's code is not known is no reason to take the CPU.
  const auto is_better = [](Score a, Score b) {
    const int one = a.low + a.high, other = b.low + b.high;
    return one > other || (one == other && a.low > b.low);
  };
  if (support.best_platform.empty() || is_better(today, support.today)) support.best_platform = platform;
  if (support.best_platform_after.empty() || is_better(after, support.after)) {
    support.best_platform_after = platform;
    if (words == Wording::all) {
      support.level_after = level.words();
      support.evidence = level.evidence();
      if (build) support.evidence.insert(support.evidence.end(), build->evidence.begin(), build->evidence.end());
    }
  }
  support.today = {std::max(support.today.low, today.low), std::max(support.today.high, today.high)};
  support.after = {std::max(support.after.low, after.low), std::max(support.after.high, after.high)};
}

void assess_platform(const FrameworkRule& framework, const Platform* platform, const Facts& facts,
                     const Diagnosis& diagnosis, const std::vector<Accelerator>& accelerators, Resolver& resolver,
                     Support& support) {
  const Resolution& resolution = resolver.resolve(framework, platform->id, devices_of(accelerators, platform));
  const Level level = level_on(framework, platform->id, facts);
  Coverage covered = coverage_of(resolution, platform, accelerators);
  const std::size_t total = accelerators.size();
  // Where nobody established the level, that no build is listed for this system does not mean that there is none.
  const bool is_elsewhere = resolution.lacks.empty() || resolution.lacks == "os" || resolution.lacks == "arch";
  if (!level.points.settled() && !resolution.after && is_elsewhere)
    covered.maybe = covered.maybe_after = devices_of(accelerators, platform).size();
  const Score today{share(level.points.low, covered.sure, total), share(level.points.high, covered.maybe, total)};
  const Score after{share(level.points.low, covered.sure_after, total),
                    share(level.points.high, covered.maybe_after, total)};
  offer(support, platform->id, today, after, level, resolution.after, resolver.words());
  if (resolver.words() == Wording::none) return;
  const auto count = [](std::size_t sure, std::size_t maybe) {
    return sure == maybe ? fmt::format("{}", sure) : fmt::format("{} to {}", sure, maybe);
  };
  support.terms.push_back(fmt::format("{}: level {} ({}) × {} of {} accelerators today, {} after the remedies = {}, {}",
                                      platform->id, shown(level.points), level.words(),
                                      count(covered.sure, covered.maybe), total,
                                      count(covered.sure_after, covered.maybe_after), shown(today), shown(after)));
  if (after.high > today.low) add_remedies(resolution, platform, accelerators, diagnosis, support.remedies);
  support.resolutions.push_back(resolution);
}

void assess_cpu(const FrameworkRule& framework, const Facts& facts, bool is_idle, Resolver& resolver,
                Support& support) {
  const Level level = level_on(framework, "cpu", facts);
  const Resolution& cpu = resolver.resolve(framework, "cpu", {});
  const std::size_t percent = is_idle ? idle_percent : 100;
  const Score full{share(level.points.low, percent, 100), share(level.points.high, percent, 100)};
  const Score today = !cpu.chosen ? Score{} : Score{cpu.maybe ? 0 : full.low, full.high};
  const Score after = !cpu.after ? Score{} : full;
  offer(support, "cpu", today, after, level, nullptr, resolver.words());
  if (resolver.words() == Wording::none) return;
  support.terms.push_back(
      fmt::format("cpu: level {} ({}){}{}", shown(level.points), level.words(),
                  is_idle ? fmt::format(" × {}% as it leaves the accelerators idle", idle_percent) : "",
                  cpu.after ? "" : ", but no build runs here"));
  if (cpu.after && !cpu.chosen && !is_idle)
    for (const Rejection& fix : cpu.fixes) support.remedies.push_back(fix.build + "/" + fix.requirement);
  support.resolutions.push_back(cpu);
}

/// What is missing for the accelerators that do not count is reported all the same.
void report_without_build(const FrameworkRule& framework, const Accelerators& accelerators, Resolver& resolver,
                          Support& support) {
  for (const Platform* platform : platforms_of(accelerators.without_build))
    if (devices_of(accelerators.all, platform).empty())
      support.resolutions.push_back(
          resolver.resolve(framework, platform->id, devices_of(accelerators.without_build, platform)));
  for (const Accelerator& one : accelerators.without_build)
    if (const std::string name = name_of(one);
        std::find(support.without_build.begin(), support.without_build.end(), name) == support.without_build.end())
      support.without_build.push_back(name);
}

std::string runtime_text(const Build& build) {
  if (build.runtime.empty()) return "";
  const std::string name = build.platform == "cuda" ? "CUDA" : build.platform == "rocm" ? "ROCm" : build.platform;
  return fmt::format(" ({} {})", name, build.runtime);
}

/// "the accelerator", "both accelerators", "all 8 accelerators", "3 of 8 accelerators".
std::string accelerators_text(std::size_t covered, std::size_t all) {
  if (covered < all) return fmt::format("{} of {} accelerators", covered, all);
  return all == 1 ? "the accelerator" : all == 2 ? "both accelerators" : fmt::format("all {} accelerators", all);
}

/// What it means for this machine.
std::string sentence_of(const FrameworkRule& framework, const Support& support) {
  const std::string& best = support.best_platform_after;
  const auto resolved = std::find_if(support.resolutions.begin(), support.resolutions.end(),
                                     [&](const Resolution& r) { return r.platform == best; });
  const Build* build = resolved == support.resolutions.end() ? nullptr : resolved->after;
  if (!build) return "No published build runs on this machine.";
  if (best == "cpu")
    return fmt::format("{} {} runs on {}.", framework.name, build->version,
                       support.accelerators > 0 ? "the CPU here and leaves the accelerators idle" : "this CPU");
  // What runs today is reported where it serves as well as what will.
  const bool is_fixed = support.today.high < support.after.low;
  const Build& reported = !is_fixed && resolved->chosen ? *resolved->chosen : *build;
  const std::size_t covered = !is_fixed && resolved->chosen ? resolved->devices.size() : resolved->devices_after.size();
  // Builds for TPUs, Macs and others bring no list of what they have code for.
  const bool is_listed = reported.code_for.has_value();
  const std::string_view does = resolved->unconfirmed_after ? (is_listed ? "may have code for" : "may run on")
                                                            : (is_listed ? "has code for" : "runs on");
  return fmt::format("{} {}{} {} {} here{}.", framework.name, reported.version, runtime_text(reported), does,
                     accelerators_text(covered, support.accelerators),
                     support.today == support.after ? std::string_view{}
                     : is_fixed                     ? condition_of(support)
                                                    : ", as far as is known");
}

}  // namespace

std::string_view condition_of(const Support& support) {
  if (support.today.high >= support.after.low) return "";
  // What a build lacks is told as "BUILD/REQUIREMENT".
  const bool is_wrong = std::any_of(support.remedies.begin(), support.remedies.end(),
                                    [](const std::string& remedy) { return remedy.find('/') == remedy.npos; });
  return is_wrong ? ", once what is wrong is fixed" : ", once it has what it needs";
}

std::vector<Support> assess_support(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                                    const std::vector<const FrameworkRule*>& candidates, const BuildDemands& demands,
                                    const SupposedWorld* world) {
  const auto is_asked_for = [&](const FrameworkRule& framework) {
    return std::any_of(candidates.begin(), candidates.end(),
                       [&](const FrameworkRule* one) { return one->role == framework.role; });
  };
  std::vector<const FrameworkRule*> peers;
  for (const FrameworkRule& framework : rules.frameworks)
    if (is_asked_for(framework)) peers.push_back(&framework);
  Resolver resolver(facts, peers, demands, world);
  const Accelerators accelerators = accelerators_of(facts, diagnosis, peers, resolver);
  std::vector<Support> all;
  for (const FrameworkRule* framework : candidates) {
    Support support;
    support.framework = framework->id;
    support.accelerators = accelerators.all.size();
    for (const Platform* platform : platforms_of(accelerators.all))
      assess_platform(*framework, platform, facts, diagnosis, accelerators.all, resolver, support);
    if (resolver.words() == Wording::all) report_without_build(*framework, accelerators, resolver, support);
    assess_cpu(*framework, facts, support.accelerators > 0, resolver, support);
    if (resolver.words() == Wording::all) {
      support.terms.insert(support.terms.end(), accelerators.uncounted.begin(), accelerators.uncounted.end());
      support.sentence = sentence_of(*framework, support);
    }
    all.push_back(std::move(support));
  }
  return all;
}

}  // namespace rigfit
