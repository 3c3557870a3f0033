#pragma once

#include <string_view>
#include <vector>

namespace rigfit {

/// A piece of a condition's text.
struct ConditionToken {
  enum class Kind { word, quoted, symbol, end, wrong };
  Kind kind = Kind::end;
  std::string_view text;  ///< without its quotes
  std::size_t at = 0;     ///< byte where it begins

  bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
  bool is_symbol(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
};

/// Cuts a text into words (letters, digits and _ . + - /), text in quotes, and ( ) [ ] , : = != < <= > >=. The last
/// one is `end`, or `wrong` where something is none of these.
std::vector<ConditionToken> condition_tokens(std::string_view text);

/// Whether a value can be written without quotes.
bool is_bare_word(std::string_view text);

}  // namespace rigfit
