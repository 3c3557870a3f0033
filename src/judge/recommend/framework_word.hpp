#pragma once

#include <string>
#include <string_view>

#include "rules/book.hpp"

namespace rigfit {

/// The id of the framework that a word means: its id or its name in any case ("PyTorch", "llama.cpp"), the package
/// that installs it ("torch"), or what it is called in short ("tf"). The word itself where it means none.
std::string framework_meant(std::string_view word, const RuleBook& rules);

/// That no framework is called so, and which one may have been meant.
std::string no_such_framework(std::string_view word, const RuleBook& rules);

}  // namespace rigfit
