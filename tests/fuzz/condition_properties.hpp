#pragma once

#include <string>
#include <string_view>

#include "rules/book.hpp"

namespace rigfit {

/// What has to hold of any text that is read as a condition: it is one, or there is an error with its place; what is
/// printed of it is read as the same; both evaluations agree, `not` turns the answer round, and `and` with itself
/// changes nothing. The same for requirements of `check` and `--require`. What is broken, as a sentence; empty when
/// nothing is.
std::string broken_property(std::string_view text, const RuleBook& rules);

}  // namespace rigfit
