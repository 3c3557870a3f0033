#pragma once

#include <string>
#include <string_view>

namespace rigfit {

/// The words one after the other, with `between` between each two: "a, b, c". Takes whatever converts to
/// std::string_view; empty words count like any other.
template <class Words>
std::string join(const Words& words, std::string_view between = ", ") {
  std::string text;
  bool is_first = true;
  for (const auto& word : words) {
    if (!is_first) text += between;
    text += std::string_view(word);
    is_first = false;
  }
  return text;
}

/// Adds one more to such a list; the first without `between`.
inline void append_to_list(std::string& text, std::string_view word, std::string_view between = ", ") {
  if (!text.empty()) text += between;
  text += word;
}

}  // namespace rigfit
