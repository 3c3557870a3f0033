#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "judge/support/support.hpp"

namespace rigfit {

/// Something a candidate has to meet, whatever its score.
struct Demand {
  std::string text;     ///< as it was written
  Condition condition;  ///< over facts of the machine, and names that are about the candidate (rules/README.md)

  bool operator==(const Demand&) const = default;
};

/// A condition (rules/README.md) over the facts, and over what is about one candidate: "platform = tpu", "memory >=
/// 24GiB", "python = 3.13", "offline", "os = windows", "arch = aarch64", "framework = pytorch, jax", a factor
/// ("ease_of_use >= 60"), the version of the build ("pytorch >= 2.8"), and a platform or framework alone ("cuda"); with
/// the short forms of rules/short_forms.hpp ("cuda.devices >= 4").
/// `profile` may add a factor; null for none. The error is a sentence.
tl::expected<Demand, std::string> parse_demand(std::string_view text, const RuleBook& rules,
                                               const Profile* profile = nullptr);

/// More are refused where they are read.
inline constexpr std::size_t most_demands = 100;

/// What of them is about builds.
BuildDemands build_demands(const std::vector<Demand>& demands);

/// Whether one of them asks that it can be installed without a network.
bool demand_offline(const std::vector<Demand>& demands);

/// The frameworks that a demand admits, when it is about nothing else; empty when it is.
std::vector<std::string> demanded_frameworks(const Demand& demand);

struct Candidate;

/// Whether `candidate` meets `demand` on this machine, after the remedies, and why not. `facts` with short forms.
struct DemandAnswer {
  Truth met = Truth::yes;
  std::string because;  ///< sentences; empty when it is met
};
DemandAnswer check_demand(const Demand& demand, const Candidate& candidate, const Facts& facts);

/// Commands that carry what `pip` installs to a machine without a network: to be run where there is one, then there.
std::vector<std::string> offline_commands(const std::string& pip);

}  // namespace rigfit
