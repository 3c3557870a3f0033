#include "judge/support.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "judge/builds.hpp"

namespace rigfit {
namespace {

/// What a framework's CPU level is worth on a machine whose accelerators it leaves idle, in hundredths.
constexpr int idle_percent = 30;

constexpr std::string_view accelerator_platforms[] = {"cuda", "rocm", "mps", "tpu", "xpu", "gaudi", "neuron", "ascend"};

struct Accelerator {
  const Platform* platform;
  std::size_t device;
  Usable usable;
};

struct Level {
  Score points;
  std::string words;
  std::vector<std::string> evidence;
};

Level level_on(const FrameworkRule& framework, std::string_view platform, const Facts& facts) {
  for (const SupportLevel& row : framework.support) {
    if (row.platform != platform || evaluate(row.when, facts).truth != Truth::yes) continue;
    const Score points = row.points ? Score{*row.points, *row.points} : Score{0, 100};
    return {points, row.level + (row.note.empty() ? "" : ": " + row.note), row.evidence};
  }
  // Where no variant's condition is known to hold, the plain row of the platform speaks; else nothing is offered.
  for (const SupportLevel& row : framework.support)
    if (row.platform == platform && evaluate(row.when, facts).truth == Truth::unknown)
      return {row.points ? Score{*row.points, *row.points} : Score{0, 100},
              row.level + (row.note.empty() ? "" : ": " + row.note), row.evidence};
  return {{0, 0}, "none", {}};
}

bool is_training_device(const Device& device) {
  const std::string* kind = device.facts.get<std::string>("kind");
  return !kind || (*kind != "edge_tpu" && *kind != "npu" && *kind != "display");
}

std::vector<Accelerator> all_accelerators(const Facts& facts, const Diagnosis& diagnosis) {
  std::vector<Accelerator> all;
  for (const std::string_view id : accelerator_platforms) {
    const Platform* platform = facts.platform(id);
    if (!platform || platform->state == State::absent || platform->state == State::not_applicable) continue;
    for (std::size_t n = 0; n < platform->devices.size(); ++n)
      if (is_training_device(platform->devices[n])) all.push_back({platform, n, usable(*platform, n, diagnosis)});
  }
  return all;
}

std::vector<std::size_t> devices_of(const std::vector<Accelerator>& accelerators, const Platform* platform) {
  std::vector<std::size_t> devices;
  for (const Accelerator& one : accelerators)
    if (one.platform == platform) devices.push_back(one.device);
  return devices;
}

std::vector<const Platform*> platforms_of(const std::vector<Accelerator>& accelerators) {
  std::vector<const Platform*> platforms;
  for (const Accelerator& one : accelerators)
    if (std::find(platforms.begin(), platforms.end(), one.platform) == platforms.end())
      platforms.push_back(one.platform);
  return platforms;
}

/// An old integrated GPU that no candidate could ever use is no reason to think less of any of them.
void drop_what_nobody_covers(std::vector<Accelerator>& accelerators, const Facts& facts,
                             const std::vector<const FrameworkRule*>& candidates) {
  std::erase_if(accelerators, [&](const Accelerator& one) {
    return std::none_of(candidates.begin(), candidates.end(), [&](const FrameworkRule* framework) {
      return level_on(*framework, one.platform->id, facts).points.high > 0 &&
             !resolve(*framework, one.platform->id, {one.device}, facts).devices_after.empty();
    });
  });
}

int share(int points, std::size_t covered, std::size_t total) {
  return total == 0 ? 0 : points * static_cast<int>(covered) / static_cast<int>(total);
}

std::string shown(Score score) {
  return score.settled() ? fmt::format("{}", score.low) : fmt::format("{} to {}", score.low, score.high);
}

void judge_cpu(const FrameworkRule& framework, const Facts& facts, bool is_idle, Support& support) {
  const Level level = level_on(framework, "cpu", facts);
  Resolution cpu = resolve(framework, "cpu", {}, facts);
  const int percent = is_idle ? idle_percent : 100;
  Score today = cpu.chosen ? Score{cpu.maybe ? 0 : level.points.low * percent / 100, level.points.high * percent / 100}
                           : Score{0, 0};
  // What nobody looked at is taken to be as most machines are, for what holds after the remedies.
  const Score after =
      cpu.after ? Score{level.points.low * percent / 100, level.points.high * percent / 100} : Score{0, 0};
  if (cpu.chosen && cpu.maybe) today.low = 0;
  support.terms.push_back(
      fmt::format("cpu: level {} ({}){}{}", shown(level.points), level.words,
                  is_idle ? fmt::format(" × {} % as it leaves the accelerators idle", idle_percent) : "",
                  cpu.after ? "" : ", but no build runs here"));
  if (today.high > support.today.high || (today.high == support.today.high && today.low > support.today.low))
    support.today = today, support.best_platform = "cpu";
  if (after.low > support.after.low || support.best_platform_after.empty()) {
    if (after.low > support.after.low || after.high > support.after.high) support.after = after;
    support.best_platform_after = "cpu";
  }
  if (support.best_platform_after == "cpu") support.evidence = level.evidence;
  support.resolutions.push_back(std::move(cpu));
}

Support assess(const FrameworkRule& framework, const Facts& facts, const Diagnosis& diagnosis,
               const std::vector<Accelerator>& accelerators) {
  Support support;
  support.framework = framework.id;
  const std::size_t total = accelerators.size();
  for (const Platform* platform : platforms_of(accelerators)) {
    const std::vector<std::size_t> devices = devices_of(accelerators, platform);
    Resolution resolution = resolve(framework, platform->id, devices, facts);
    const Level level = level_on(framework, platform->id, facts);
    std::size_t sure = 0, maybe = 0, later = 0;
    for (const Accelerator& one : accelerators) {
      if (one.platform != platform) continue;
      const bool today =
          resolution.chosen && std::count(resolution.devices.begin(), resolution.devices.end(), one.device) > 0;
      const bool after = resolution.after &&
                         std::count(resolution.devices_after.begin(), resolution.devices_after.end(), one.device) > 0;
      if (today && one.usable.today == Truth::yes && !resolution.maybe) ++sure;
      if (today && one.usable.today != Truth::no) ++maybe;
      if (after && one.usable.after != Truth::no) ++later;
    }
    const Score today{share(level.points.low, sure, total), share(level.points.high, maybe, total)};
    const Score after{share(level.points.low, later, total), share(level.points.high, later, total)};
    support.terms.push_back(
        fmt::format("{}: level {} ({}) × {} of {} accelerators today, {} after the remedies = {}, {}", platform->id,
                    shown(level.points), level.words,
                    sure == maybe ? fmt::format("{}", sure) : fmt::format("{} to {}", sure, maybe), total, later,
                    shown(today), shown(after)));
    if (today.high > support.today.high || (today.high == support.today.high && today.low > support.today.low))
      support.today = today, support.best_platform = platform->id;
    if (after.low > support.after.low || (after.low == support.after.low && after.high > support.after.high)) {
      support.after = after;
      support.best_platform_after = platform->id;
      support.evidence = level.evidence;
      if (const Build* build = resolution.after)
        support.evidence.insert(support.evidence.end(), build->evidence.begin(), build->evidence.end());
    }
    if (later > sure)
      for (const Finding& finding : diagnosis.findings)
        if (finding.platform == platform->id && finding.curable) support.remedies.push_back(finding.id);
    support.resolutions.push_back(std::move(resolution));
  }
  judge_cpu(framework, facts, total > 0, support);
  if (support.best_platform.empty()) support.best_platform = "cpu";
  const std::string& best = support.best_platform_after;
  const auto resolved = std::find_if(support.resolutions.begin(), support.resolutions.end(),
                                     [&](const Resolution& r) { return r.platform == best; });
  const Build* build = resolved == support.resolutions.end() ? nullptr : resolved->after;
  if (!build)
    support.sentence = "No published build runs on this machine.";
  else if (best == "cpu" && total > 0)
    support.sentence =
        fmt::format("{} {} runs on the CPU here and leaves the accelerators idle.", framework.name, build->version);
  else if (best == "cpu")
    support.sentence = fmt::format("{} {} runs on this CPU.", framework.name, build->version);
  else
    support.sentence = fmt::format("{} {}{} has code for {} of {} accelerators here{}.", framework.name, build->version,
                                   build->runtime.empty() ? "" : " (" + build->platform + " " + build->runtime + ")",
                                   resolved->devices_after.size(), total,
                                   support.today == support.after           ? ""
                                   : support.today.high < support.after.low ? ", once what is wrong is mended"
                                                                            : ", as far as can be told");
  return support;
}

}  // namespace

std::vector<Support> assess_support(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                                    const std::vector<const FrameworkRule*>& candidates) {
  std::vector<Accelerator> accelerators = all_accelerators(facts, diagnosis);
  std::vector<const FrameworkRule*> every;
  for (const FrameworkRule& framework : rules.frameworks) every.push_back(&framework);
  drop_what_nobody_covers(accelerators, facts, every);
  std::vector<Support> all;
  for (const FrameworkRule* framework : candidates) {
    all.push_back(assess(*framework, facts, diagnosis, accelerators));
    all.back().accelerators = accelerators.size();
  }
  return all;
}

}  // namespace rigfit
