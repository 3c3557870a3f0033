#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rigfit {

/// A word that the program prints and that no rule or fact explains.
struct Word {
  std::string_view name;  ///< in lower case, with "_" between words
  std::string_view meaning;
};

std::span<const Word> word_meanings();

/// As it is named here: "Fix first" is fix_first.
std::string word_form(std::string_view printed);

/// Null for what is none.
const Word* word_named(std::string_view printed);

}  // namespace rigfit
