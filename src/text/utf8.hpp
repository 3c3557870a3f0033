#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace rigfit {

/// The code point at `at`, which moves behind it. Empty where no well-formed sequence begins (overlong forms,
/// surrogates, anything past U+10FFFF); `at` then moves by one byte.
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at);

/// True when `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace rigfit
