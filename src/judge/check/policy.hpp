#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "judge/check/requirements.hpp"

namespace rigfit {

/// What a site keeps in a file (rules/schema/policy.schema.json):
///
///     {"schema": "rigfit.policy/1", "about": "our GPU nodes", "fail_on": "error",
///      "require": ["cuda", {"require": "cuda.driver >= 550", "about": "for CUDA 12.4", "when": "cuda"}]}
struct Policy {
  std::string about;
  std::string profile;                         ///< whose points `recommend` uses; empty: equal points
  std::vector<CheckRequirement> requirements;  ///< with what `fail_on` adds
};

inline constexpr std::size_t most_requirements = 1000;

/// The error names the file, line and column, the key, and what is wrong.
tl::expected<Policy, std::string> parse_policy(std::string_view text, const std::string& name, const RuleBook& rules);

}  // namespace rigfit
