#pragma once

#include <string>
#include <string_view>

#include "rules/book.hpp"

namespace rigfit {

// What has to hold of any text that `rigfit fleet` reads. What is broken, as a sentence; empty when nothing is.

/// A report: what is read of it depends on nothing behind it, a part of it is cut off and not whole, and it is JSON by
/// another reader as well. Of many: every line is counted, nothing passes in silence, and what is read a second time,
/// by what is remembered of the first, is the same.
std::string broken_report(std::string_view text, const RuleBook& rules);

/// What launchers print: it makes no difference in which pieces it arrives.
std::string broken_stream(std::string_view text);

/// A set of nodes, or names of them, one a line: folding loses none and adds none, whatever the names are.
std::string broken_nodes(std::string_view text);

/// Paths of files, one a line: each gets one name.
std::string broken_input_names(std::string_view text);

}  // namespace rigfit
