#include "judge/support/builds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "fact_names/device.hpp"
#include "facts/cuda_code.hpp"
#include "judge/diagnose/finding_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// One thing that a build lacks here. Most builds lack something, and few are reported of: words come later.
struct Miss {
  std::string_view requirement;
  const Requirement* need = nullptr;  ///< of the build; null for what is no requirement of its own
  const Device* without = nullptr;    ///< the device that it has no code for
  Truth truth = Truth::no;
  bool fixable = false;
};

constexpr std::string_view of_python = "python", of_device = "architecture";

/// How a build stands to this machine.
struct Standing {
  const Build* build = nullptr;
  Truth today = Truth::yes, after = Truth::yes;
  std::vector<Miss> misses;          ///< what stands in the way, what is known to be missing first
  std::vector<std::size_t> covered;  ///< devices it has, or may have, code for
  bool is_elsewhere = false;         ///< it is for another system or processor
  bool is_unconfirmed = false;       ///< nobody confirmed that it has code for one of `covered`
  bool lacks_driver = false;         ///< it takes another driver, and a device is blocked for some other cause
};

/// What the code of a platform's builds is made for.
const Fact& target_of(const Device& device, bool is_cuda) {
  return is_cuda ? device.facts.at(fact::device::compute_capability) : device.facts.at(fact::device::architecture);
}

/// Whether code is listed for what the device is: unknown where it may be one of several that fare differently.
Truth lists(const std::vector<std::string>& codes, const Device& device, bool is_cuda) {
  const auto serves = [&](const Value& value) {
    const auto* capability = std::get_if<Version>(&value);
    return truth_of(capability ? code_fit(codes, *capability) != CodeFit::no
                               : std::find(codes.begin(), codes.end(), to_text(value)) != codes.end());
  };
  const Fact& target = target_of(device, is_cuda);
  if (target.value) return serves(*target.value);
  if (target.none) return Truth::no;  // nothing is compiled for it
  if (target.may_be.empty()) return Truth::unknown;
  const Truth first = serves(target.may_be.front());
  const bool are_alike = std::all_of(target.may_be.begin(), target.may_be.end(),
                                     [&](const Value& value) { return serves(value) == first; });
  return are_alike ? first : Truth::unknown;
}

/// Why a build has no code for a device, as a sentence.
std::string no_code(const Build& build, const Facts& facts, const Device& device) {
  if (build.device && holds(*build.device, facts, &device) == Truth::no)
    return fill_in(build.device_miss, facts, &device);
  const bool is_cuda = build.platform == "cuda";
  if (target_of(device, is_cuda).none) return fill_in("nothing is compiled for {device.name}", facts, &device);
  const std::vector<std::string> codes = build.code_for.value_or(std::vector<std::string>{});
  const std::string own = is_cuda ? "compute capability {device.compute_capability}" : "{device.architecture}";
  return fmt::format("it has code for {}{}, and {}", is_cuda ? "compute capability " : "",
                     codes.empty() ? "none that is confirmed" : join(codes),
                     fill_in("{device.name} is " + own, facts, &device));
}

/// Whether it is known what code the device runs.
bool is_target_known(const Build& build, const Device& device) {
  return target_of(device, build.platform == "cuda").known();
}

void weigh_devices(const Platform& platform, const std::vector<std::size_t>& devices, const Facts& facts,
                   const std::vector<std::size_t>& alike, Standing& standing) {
  const Build& build = *standing.build;
  const Device* without = nullptr;
  std::map<std::size_t, Truth> weighed;
  for (const std::size_t n : devices) {
    const auto [one, is_new] = weighed.try_emplace(alike.empty() ? n : alike[n]);
    if (is_new) one->second = has_code(build, platform.devices[n], facts);
    const Truth code = one->second;
    if (code == Truth::no) {
      if (!without) without = &platform.devices[n];
      continue;
    }
    standing.covered.push_back(n);
    if (code == Truth::yes) continue;
    standing.today = standing.today & Truth::unknown;
    standing.after = standing.after & Truth::unknown;
    standing.is_unconfirmed =
        standing.is_unconfirmed || !is_target_known(build, platform.devices[n]) ||
        lists(build.code_unconfirmed, platform.devices[n], build.platform == "cuda") == Truth::yes;
  }
  if (!without || !standing.covered.empty()) return;
  standing.misses.push_back({of_device, nullptr, without});
  standing.today = standing.after = Truth::no;
}

/// The least version that is asked for where the requirement fails; empty where it asks for none.
std::string least_version(const Requirement& need, const Facts& facts) {
  std::string least;
  for (const Term& term : evaluate(need.when, facts).terms)
    if (term.op == Condition::Op::at_least && (least.empty() || *Version::parse(term.wanted) < *Version::parse(least)))
      least = term.wanted;
  return least;
}

/// What holds of the requirements of a framework's builds: many builds share one, and it is judged once.
class JudgedNeeds {
 public:
  explicit JudgedNeeds(const Facts& facts) : facts_(facts) {}
  Truth of(const Requirement& need) {
    return judged(need, truths_, [&] { return holds(need.when, facts_); });
  }
  /// The least version that a miss asks for; empty where it asks for none.
  std::string least_of(const Miss& miss) {
    if (!miss.need) return "";
    return judged(*miss.need, least_, [&] { return least_version(*miss.need, facts_); });
  }

 private:
  template <class T, class Judge>
  static T judged(const Requirement& need, std::vector<std::optional<T>>& known, const Judge& judge) {
    if (!need.number) return judge();
    if (*need.number >= known.size()) known.resize(*need.number + 1);
    std::optional<T>& one = known[*need.number];
    if (!one) one = judge();
    return *one;
  }

  const Facts& facts_;
  std::vector<std::optional<Truth>> truths_;       ///< by number
  std::vector<std::optional<std::string>> least_;  ///< by number
};

Standing judge(const Build& build, const Platform* platform, const std::vector<std::size_t>& devices,
               const Facts& facts, const BuildDemands& demands, const std::vector<std::size_t>& alike,
               JudgedNeeds& needs) {
  Standing standing;
  standing.build = &build;
  std::vector<Miss> unknown;
  const bool is_blocked = platform && std::any_of(devices.begin(), devices.end(), [&](std::size_t n) {
                            return platform->devices[n].state == State::blocked;
                          });
  for (const Requirement& need : build.needs) {
    const Truth truth = needs.of(need);
    if (truth == Truth::yes) continue;
    if (truth == Truth::no && (need.name == "os" || need.name == "arch")) standing.is_elsewhere = true;
    (truth == Truth::no ? standing.misses : unknown).push_back({need.name, &need, nullptr, truth, need.fixable});
    standing.today = standing.today & truth;
    standing.lacks_driver = standing.lacks_driver || (is_blocked && truth == Truth::no && need.name == "driver");
    if (!need.fixable) standing.after = standing.after & truth;
  }
  if (demands.python && !takes_python(build, *demands.python)) {
    standing.misses.push_back({of_python});
    standing.today = standing.after = Truth::no;
  }
  if (platform) weigh_devices(*platform, devices, facts, alike, standing);
  // What no fix helps is the reason: a newer driver gives an old GPU no code.
  std::stable_partition(standing.misses.begin(), standing.misses.end(), [](const Miss& miss) { return !miss.fixable; });
  standing.misses.insert(standing.misses.end(), unknown.begin(), unknown.end());
  return standing;
}

/// The miss in words.
Rejection rejection(const Build& build, const Miss& miss, const Facts& facts, const BuildDemands& demands) {
  Rejection told{build.id,
                 build.version,
                 build.runtime,
                 std::string(miss.requirement),
                 "",
                 "",
                 miss.truth,
                 miss.fixable,
                 miss.need ? least_version(*miss.need, facts) : ""};
  if (miss.need) {
    told.reason = fill_in_sentence(miss.need->miss, facts, nullptr);
    told.fix = miss.need->fix;
  } else if (miss.without) {
    told.reason = no_code(build, facts, *miss.without);
  } else {
    told.reason = fmt::format("it takes Python {}, and {} was demanded", range_text(build.python),
                              demands.python ? demands.python->text() : "another one");
    told.fix = fmt::format("Take Python {}.", build.python.advised);
  }
  return told;
}

/// Whether `a` is to be taken rather than `b`, which is newer.
bool is_better(const Standing& a, const Standing& b, Truth Standing::*when) {
  if (a.covered.size() != b.covered.size()) return a.covered.size() > b.covered.size();
  // What the remedies of a blocked device bring back is the driver that is here; a newer one is another step.
  if (when == &Standing::after && a.lacks_driver != b.lacks_driver) return b.lacks_driver;
  return a.*when == Truth::yes && b.*when != Truth::yes;
}

/// Whether no older build can be better: it surely runs today, and on all devices.
bool is_unbeaten(const Standing& one, std::size_t devices) {
  return one.today == Truth::yes && one.after == Truth::yes && one.covered.size() == devices;
}

const Standing* best(const std::vector<Standing>& standings, Truth Standing::*when) {
  const Standing* found = nullptr;
  for (const Standing& one : standings)
    if (one.*when != Truth::no && (!found || is_better(one, *found, when))) found = &one;
  return found;
}

/// Whether a miss lacks less than another: fewer things, then one that can be fixed, then an older version of the same.
bool is_nearer(const Standing& a, const Standing& b, JudgedNeeds& needs) {
  if (a.is_elsewhere != b.is_elsewhere) return b.is_elsewhere;
  if (a.misses.size() != b.misses.size()) return a.misses.size() < b.misses.size();
  const Miss &one = a.misses.front(), &other = b.misses.front();
  if (one.fixable != other.fixable) return one.fixable;
  if (one.requirement != other.requirement) return false;
  const auto least = Version::parse(needs.least_of(one)), more = Version::parse(needs.least_of(other));
  return least && more && *least < *more;
}

}  // namespace

Truth has_code(const Build& build, const Device& device, const Facts& facts) {
  Truth code = build.device ? holds(*build.device, facts, &device) : Truth::yes;
  if (!build.code_for) return code;
  const bool is_cuda = build.platform == "cuda";
  const Truth confirmed = lists(*build.code_for, device, is_cuda);
  if (confirmed != Truth::no) return code & confirmed;
  return code & (lists(build.code_unconfirmed, device, is_cuda) == Truth::no ? Truth::no : Truth::unknown);
}

bool concerns(const Finding& finding, std::string_view platform, std::size_t device) {
  return finding.platform == platform && finding.severity != "info" &&
         (finding.devices.empty() || std::binary_search(finding.devices.begin(), finding.devices.end(), device));
}

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
  // A warning that no fix is known for does not keep a device from being used; an error does.
  bool has_fix = false, has_error_without = false;
  for (const Finding& finding : diagnosis.findings) {
    if (!finding.folded_under.empty() || !concerns(finding, platform.id, n)) continue;
    has_fix = has_fix || finding.fixable;
    has_error_without = has_error_without || (finding.severity == "error" && !finding.fixable);
  }
  return {Truth::no, truth_of(has_fix && !has_error_without)};
}

namespace {

/// What is reported of a build that is newer than the chosen one.
void report_newer(const Standing& one, const Standing* chosen, std::size_t devices, const Facts& facts,
                  const BuildDemands& demands, Resolution& resolution) {
  if (!one.misses.empty() && one.today == Truth::no) {
    if (one.is_elsewhere) return;
    resolution.rejected.push_back(rejection(*one.build, one.misses.front(), facts, demands));
    resolution.rejected.back().once_fixed = one.after;
    return;
  }
  // It runs, or may: it was passed over for one that runs on more devices, or surely.
  const bool on_fewer = chosen && one.covered.size() < chosen->covered.size();
  resolution.rejected.push_back(
      {one.build->id, one.build->version, one.build->runtime, on_fewer ? "architecture" : "unknown",
       on_fewer             ? fmt::format("it has code for {} of the {} devices", one.covered.size(), devices)
       : one.misses.empty() ? "nobody confirmed that it has code for this device"
                            : rejection(*one.build, one.misses.front(), facts, demands).reason,
       "", on_fewer ? Truth::no : Truth::unknown, false, ""});
}

}  // namespace

Resolution resolve(const FrameworkRule& framework, std::string_view platform_id,
                   const std::vector<std::size_t>& devices, const Facts& facts, const BuildDemands& demands,
                   const std::vector<std::size_t>& alike, Wording words) {
  Resolution resolution;
  resolution.platform = platform_id;
  const Platform* platform = facts.platform(platform_id);
  std::vector<Standing> standings;
  JudgedNeeds needs(facts);
  for (const BuildRow& build : framework.builds) {
    if (build.platform != platform_id) continue;
    standings.push_back(judge(build, platform, devices, facts, demands, alike, needs));
    if (is_unbeaten(standings.back(), devices.size())) break;
  }
  const Standing *chosen = best(standings, &Standing::today), *after = best(standings, &Standing::after);
  if (chosen) {
    resolution.chosen = chosen->build;
    resolution.devices = chosen->covered;
    resolution.maybe = chosen->today != Truth::yes;
  }
  if (after) {
    resolution.after = after->build;
    resolution.devices_after = after->covered;
    resolution.unconfirmed_after = after->is_unconfirmed;
  }
  const Standing* nearest = nullptr;
  for (const Standing& one : standings) {
    if (&one == chosen) break;
    if (words == Wording::all) report_newer(one, chosen, devices.size(), facts, demands, resolution);
    const bool is_miss = !one.misses.empty() && one.today == Truth::no;
    if (!chosen && is_miss && (!nearest || is_nearer(one, *nearest, needs))) nearest = &one;
  }
  if (nearest) resolution.lacks = nearest->misses.front().requirement;
  if (words == Wording::none) return resolution;

  const auto install = [&](const Standing& standing) {
    const Device* first = standing.covered.empty() ? nullptr : &platform->devices[standing.covered.front()];
    return install_for(*standing.build, facts, first, demands.python);
  };
  if (chosen) resolution.install = install(*chosen);
  if (after) {
    resolution.install_after = install(*after);
    for (const Miss& miss : after->misses)
      if (miss.fixable && miss.truth == Truth::no)
        resolution.fixes.push_back(rejection(*after->build, miss, facts, demands));
  }
  if (nearest) resolution.nearest_miss = rejection(*nearest->build, nearest->misses.front(), facts, demands);
  return resolution;
}

}  // namespace rigfit
