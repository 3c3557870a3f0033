#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

/// What a machine is held against: one condition of a user (rules/README.md, "Short forms").
struct CheckRequirement {
  std::string text;  ///< as it was written
  Condition condition;
  std::string about;  ///< of a policy: what it is for; may be empty
  std::string when;   ///< of a policy: it applies only where this holds; empty: everywhere
  std::optional<Condition> applies;

  bool operator==(const CheckRequirement&) const = default;
};

/// Beside the facts and their short forms: `framework:pytorch >= 2.8` (or `pytorch >= 2.8`) and
/// `framework:pytorch.platform`, `recommend = pytorch`, `no-findings:error`, and `python`. The error is a sentence with
/// the column, and the nearest right name where there is one.
tl::expected<CheckRequirement, std::string> parse_check_requirement(std::string_view text, const RuleBook& rules);

/// "no-findings:error": what --fail-on adds.
CheckRequirement no_findings_requirement(std::string_view severity, const RuleBook& rules);

/// Whether some of them are about what is recommended.
bool need_recommendation(const std::vector<CheckRequirement>& requirements);

/// The frameworks that they name.
std::vector<std::string> frameworks_in(const std::vector<CheckRequirement>& requirements, const RuleBook& rules);

/// error, warning, info: what findings may be, the worst first.
const std::vector<std::string>& severities();

}  // namespace rigfit
