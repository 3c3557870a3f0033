#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "judge/diagnose/diagnose.hpp"
#include "judge/support/install.hpp"
#include "rules/book.hpp"

namespace rigfit {

/// A whole number 0–100, or the ends of what it may be.
struct Score {
  int low = 0, high = 0;
  bool settled() const { return low == high; }
  bool operator==(const Score&) const = default;
};

/// What the user demands of a build.
struct BuildDemands {
  std::optional<Version> python;  ///< "3.13": only builds that take it
};

/// Why one published build cannot run here.
struct Rejection {
  std::string build, version, runtime;  ///< build id, framework version, CUDA/ROCm version
  std::string requirement;              ///< which one failed (the first): "driver", "architecture", "python", …
  std::string reason;                   ///< sentence
  std::string fix;                      ///< may be empty
  Truth truth = Truth::no;              ///< unknown: could not be determined
  bool fixable = false;                 ///< the user can fix it without other hardware
  std::string least;                    ///< the version it needs, where it needs one
  Truth once_fixed = Truth::no;         ///< whether it runs here once all that is fixable is fixed
};

/// Whether the reasons, fixes and commands are wanted, or only what they are about: a what-if compares scores.
enum class Wording { none, all };

/// What build resolution found for one framework on one platform.
struct Resolution {
  std::string platform;
  const Build* chosen = nullptr;     ///< newest build that runs here today; null when none
  const Build* after = nullptr;      ///< newest build once the fixable requirements and findings are fixed
  std::vector<std::size_t> devices;  ///< devices of the platform that `chosen` has code for
  std::vector<std::size_t> devices_after;
  std::vector<Rejection> rejected;        ///< newer builds, newest first, each with the condition that failed
  std::string_view lacks;                 ///< when none runs: the first requirement that the nearest one lacks
  std::optional<Rejection> nearest_miss;  ///< when none runs: the build that lacks least
  std::vector<Rejection> fixes;           ///< what `after` lacks today
  bool maybe = false;                     ///< nothing is known to fail, but an unknown stands in the way
  bool unconfirmed_after = false;         ///< nobody confirmed that `after` has code for its devices
  std::optional<Install> install, install_after;
};

/// Hardware-support factor of one framework on this machine, with its terms.
struct Support {
  std::string framework;
  Score today, after;
  std::vector<std::string> terms;       ///< the formula with its numbers, a line each
  std::vector<std::string> remedies;    ///< what makes the difference: ids of findings, "BUILD/REQUIREMENT" of builds
  std::vector<Resolution> resolutions;  ///< one a platform of this machine, then cpu
  std::string best_platform;            ///< the platform the score stands on today ("cpu" when none)
  std::string best_platform_after;
  std::string level_after;                 ///< word of the level of `best_platform_after`, with its note
  std::string sentence;                    ///< what it means for this machine
  std::vector<std::string> evidence;       ///< citation ids of the level and the build
  std::size_t accelerators = 0;            ///< devices that counted
  std::vector<std::string> without_build;  ///< names of accelerators that no candidate of this role has a build for
};

/// ", once what is wrong is fixed" where a finding stands between today's support and what it may be, ", once it has
/// what it needs" where something is not installed or too old; empty where today's is as good.
std::string_view condition_of(const Support& support);

/// What is different in a world that is tried, beside the facts as they are: the value by the name of the fact
/// ("os.glibc_version", "cuda/device.architecture"). A name that ends with "/" is about the whole of a platform.
using WorldChanges = std::map<std::string, std::string>;

class ResolutionStore;

/// One of several questions about a machine, as it is or as it may be.
struct SupposedWorld {
  const WorldChanges& changes;    ///< of the facts that are asked about; none of the facts as they are
  ResolutionStore& store;         ///< kept from one question to the next (resolver.hpp)
  Wording words = Wording::none;  ///< none: of what is found, the scores and the builds
};

/// Only candidates of one role are compared: an accelerator that no framework of that role can use does not count.
std::vector<Support> assess_support(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                                    const std::vector<const FrameworkRule*>& candidates,
                                    const BuildDemands& demands = {}, const SupposedWorld* world = nullptr);

}  // namespace rigfit
