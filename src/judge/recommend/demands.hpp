#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "judge/support/support.hpp"

namespace rigfit {

/// Something a candidate has to meet, whatever its score.
struct Demand {
  enum class Kind { platform, memory, python, offline, os, arch, framework, factor };
  Kind kind = Kind::offline;
  std::string text;                 ///< as it was written
  std::string factor;               ///< Kind::factor: its id
  std::vector<std::string> values;  ///< what is accepted: platforms, systems, frameworks …
  std::int64_t least = 0;           ///< memory in bytes, or a score

  bool operator==(const Demand&) const = default;
};

/// "platform=tpu", "memory>=24GiB", "python=3.13", "offline", "os=windows", "arch=aarch64", "framework=pytorch,jax",
/// "ease_of_use>=60". The error says what is wrong and what is understood; names of factors and frameworks are checked
/// later, against the rules.
tl::expected<Demand, std::string> parse_demand(std::string_view text);

/// Those that are about builds.
BuildDemands build_demands(const std::vector<Demand>& demands);

struct Candidate;

/// Whether `candidate` meets `demand` on this machine, after the remedies, and why not.
struct DemandAnswer {
  Truth met = Truth::yes;
  std::string because;  ///< sentence; empty when it is met
};
DemandAnswer check_demand(const Demand& demand, const Candidate& candidate, const Facts& facts);

/// Commands that carry what `pip` installs to a machine without a network: to be run where there is one, then there.
std::vector<std::string> offline_commands(const std::string& pip);

}  // namespace rigfit
