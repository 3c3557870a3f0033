#pragma once

#include <vector>

#include "judge/diagnose/diagnose.hpp"

namespace rigfit {

/// One cause is one error with one remedy: a generic finding is marked as folded under the one that says why, of the
/// same platform and devices and of the same or a lower layer; a second generic one under the first. A generic finding
/// that is about more devices than those keeps the others.
void fold(const RuleBook& rules, const Facts& facts, std::vector<Finding>& findings);

}  // namespace rigfit
