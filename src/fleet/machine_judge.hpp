#pragma once

#include <memory>
#include <vector>

#include "analysis/analysis.hpp"
#include "fleet/tally.hpp"

namespace rigfit {

/// What is asked of every machine of a fleet.
struct FleetQuestion {
  SharedRules rules;
  Purpose purpose = {};
  std::vector<CheckRequirement> requirements = {};
};

/// Judges machine files by today's rules. Machines that do not differ in what their evidence means are judged once;
/// what is remembered is not for several threads, so each takes a judge of its own.
JudgeMachine machine_judge(std::shared_ptr<const FleetQuestion> question);

/// Holds reports against the requirements, by the facts, findings and ranking that they carry; empty where nothing is
/// required.
CompleteReport requirement_check(std::shared_ptr<const FleetQuestion> question);

}  // namespace rigfit
