#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judge/recommend/recommend.hpp"

namespace rigfit {

/// "there is no factor "x"; did you mean "y"?", or all there are when none is near.
std::string no_such(std::string_view kind, std::string_view name, const std::vector<std::string>& known);

/// The ids of the factors that have points: the rules' own, and that of a profile (null for none).
std::vector<std::string> factors_of(const RuleBook& rules, const Profile* profile);

/// A sentence about the first name in `wishes` that the rules do not know; empty when all are known.
std::string unknown_name(const Wishes& wishes, const RuleBook& rules);

}  // namespace rigfit
