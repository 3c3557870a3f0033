#pragma once

#include <algorithm>
#include <string_view>

namespace rigfit {

/// Letters and digits of ASCII and the characters of `others`, and not nothing: what names of other programs may hold.
inline bool is_made_of(std::string_view text, std::string_view others) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.find(c) != others.npos;
  });
}

}  // namespace rigfit
