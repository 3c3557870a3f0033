#include "judge/builds.hpp"

#include <algorithm>

namespace rigfit {
namespace {

/// How a build stands to this machine.
struct Standing {
  Truth today = Truth::yes, after = Truth::yes;
  std::optional<Rejection> miss;  ///< the first thing that stands in the way
  std::size_t misses = 0;
  std::vector<std::size_t> covered;  ///< devices it has, or may have, code for
};

Rejection rejection(const Build& build, std::string requirement, std::string reason, std::string cure, Truth truth) {
  return {build.id, build.version, build.runtime, std::move(requirement), std::move(reason), std::move(cure), truth};
}

Standing judge(const Build& build, const Platform* platform, const std::vector<std::size_t>& devices,
               const Facts& facts) {
  Standing standing;
  for (const Requirement& need : build.needs) {
    const Truth holds = evaluate(need.when, facts).truth;
    // uv and every distribution can provide another Python beside the one that is here.
    if (holds == Truth::yes || need.name == "python") continue;
    ++standing.misses;
    if (!standing.miss || standing.miss->truth == Truth::unknown) {
      Rejection miss = rejection(build, need.name, fill_in(need.miss, facts), need.cure, holds);
      if (!standing.miss || holds == Truth::no) standing.miss = std::move(miss);
    }
    standing.today = standing.today & holds;
    if (!need.curable) standing.after = standing.after & holds;
  }
  for (const std::size_t n : devices) {
    const Device& device = platform->devices[n];
    const Truth has_code = build.device ? evaluate(*build.device, facts, &device).truth : Truth::yes;
    if (has_code != Truth::no) {
      standing.covered.push_back(n);
      if (has_code == Truth::unknown) {
        standing.today = standing.today & Truth::unknown;
        standing.after = standing.after & Truth::unknown;
      }
    } else if (!standing.miss) {
      standing.miss = rejection(build, "architecture", fill_in(build.device_miss, facts, &device), "", Truth::no);
    }
  }
  if (!devices.empty() && standing.covered.empty()) {
    ++standing.misses;
    standing.today = standing.after = Truth::no;
  }
  return standing;
}

}  // namespace

Usable usable(const Platform& platform, std::size_t n, const Diagnosis& diagnosis) {
  const State state = platform.devices[n].state;
  switch (state) {
    case State::ready:
    case State::proven:
      return {Truth::yes, Truth::yes};
    case State::unknown:
      return {Truth::unknown, Truth::unknown};
    case State::blocked:
      break;
    default:
      return {Truth::no, Truth::no};
  }
  bool has_reason = false, all_curable = true;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.platform != platform.id || finding.severity == "info") continue;
    if (!finding.devices.empty() &&
        std::find(finding.devices.begin(), finding.devices.end(), n) == finding.devices.end())
      continue;
    has_reason = true;
    all_curable = all_curable && finding.curable;
  }
  return {Truth::no, truth_of(has_reason && all_curable)};
}

Resolution resolve(const FrameworkRule& framework, std::string_view platform_id,
                   const std::vector<std::size_t>& devices, const Facts& facts) {
  Resolution resolution;
  resolution.platform = platform_id;
  const Platform* platform = facts.platform(platform_id);
  bool chosen_is_sure = false;
  std::size_t fewest = SIZE_MAX;
  for (const Build& build : framework.builds) {
    if (build.platform != platform_id) continue;
    const Standing standing = judge(build, platform, devices, facts);
    const auto better = [&](const Build* current, std::size_t covered_now) {
      return !current || standing.covered.size() > covered_now;
    };
    const bool runs = standing.today != Truth::no;
    const bool is_sure = standing.today == Truth::yes;
    // A build that surely runs is preferred to a newer one that only may.
    if (runs && (better(resolution.chosen, resolution.devices.size()) ||
                 (is_sure && !chosen_is_sure && standing.covered.size() >= resolution.devices.size()))) {
      resolution.chosen = &build;
      resolution.devices = standing.covered;
      resolution.maybe = !is_sure;
      chosen_is_sure = is_sure;
    } else if (!runs && !resolution.chosen && standing.miss) {
      resolution.rejected.push_back(*standing.miss);
    }
    if (standing.after != Truth::no && better(resolution.after, resolution.devices_after.size())) {
      resolution.after = &build;
      resolution.devices_after = standing.covered;
    }
    if (standing.miss && !runs && standing.misses < fewest) {
      fewest = standing.misses;
      resolution.nearest_miss = standing.miss;
    }
  }
  if (resolution.chosen) resolution.nearest_miss.reset();
  return resolution;
}

}  // namespace rigfit
