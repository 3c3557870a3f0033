#pragma once

#include <vector>

#include "judge/diagnose/diagnose.hpp"

namespace rigfit {

/// What a rule says where it holds; `device` gives "device.…" a meaning.
Finding make_finding(const FindingRule& rule, const Facts& facts, const Device* device);

/// Adds, by the rules that are for this, a finding for each device and platform that is blocked and that none of
/// `findings` explains. Devices that fail in the same way share one.
void find_unexplained(const RuleBook& rules, const Facts& facts, std::vector<Finding>& findings);

/// Makes errors of the warnings that explain why a whole platform is blocked, where no error does: what leaves programs
/// without any accelerator is one, whether or not somebody wanted it so. Not for what trains nothing (NPUs, Edge TPUs).
void raise_causes(const Facts& facts, std::vector<Finding>& findings);

}  // namespace rigfit
