#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "analysis/analysis.hpp"
#include "cli/options/common_options.hpp"

namespace rigfit {

/// Looks at the machine that `look` names: live, a tree, or a machine file. `only`: a platform id, or empty for all.
/// The error names what could not be read.
tl::expected<Evidence, std::string> gather(const Look& look, const RuleBook& rules, std::string_view only = {});

/// A machine that was changed, and the same as it is, to compare with.
struct ComparedAnalysis {
  Analysis changed;
  std::optional<Analysis> today;  ///< empty where nothing was changed
};
/// gather() and analyze(), twice where `purpose` changes something.
tl::expected<ComparedAnalysis, std::string> analyze_compared(const Look& look, const SharedRules& rules,
                                                             const Purpose& purpose);
/// Of a machine that was changed: the same without the change; nothing where there was none.
tl::expected<std::optional<Analysis>, std::string> analyze_as_it_is(const Analysis& changed, Purpose purpose);

/// gather() and analyze().
tl::expected<Analysis, std::string> analyze_machine(const Look& look, const SharedRules& rules, const Purpose& purpose);

}  // namespace rigfit
