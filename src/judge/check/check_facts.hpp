#pragma once

#include "judge/check/check.hpp"

namespace rigfit {

/// The facts with all that requirements may name: short forms, the frameworks in `frameworks`, findings, what is
/// recommended. The parameters are those of check().
Facts check_facts(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                  const Recommendation* recommendation, bool is_determined, const std::vector<std::string>& frameworks);

}  // namespace rigfit
