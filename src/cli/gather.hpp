#pragma once

#include <string>
#include <tl/expected.hpp>

#include "analysis/analysis.hpp"
#include "cli/options/common_options.hpp"

namespace rigfit {

/// Looks at the machine that `look` names: live, a tree, or a machine file. `only`: a platform id, or empty for all.
/// The error names what could not be read.
tl::expected<Evidence, std::string> gather(const Look& look, const RuleBook& rules, std::string_view only = {});

/// gather() and analyze().
tl::expected<Analysis, std::string> analyze_machine(const Look& look, const SharedRules& rules, const Purpose& purpose);

}  // namespace rigfit
