#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "analysis/analysis.hpp"

namespace rigfit {

/// What a report carries of an analysis: enough to hold the machine against requirements without its evidence.
struct ReportedMachine {
  Facts facts;
  Diagnosis diagnosis;                           ///< ids, severities, platforms, devices
  std::optional<Recommendation> recommendation;  ///< who is first, and how firm that is
};

/// Reads `rigfit.report/1` back. Values get the types that the rules declare for their names; what a report of a part
/// (`rigfit doctor`) leaves out stays unknown. The error says what is wrong with the text.
tl::expected<ReportedMachine, std::string> read_back(std::string_view report, const RuleBook& rules);

}  // namespace rigfit
