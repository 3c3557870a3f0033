#include "text/utf8.hpp"

namespace rigfit {

std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t n) { return static_cast<unsigned char>(text[n]); };
  const unsigned char first = byte(at);
  const std::size_t start = at++;
  if (first < 0x80) return first;
  const std::size_t length = (first >> 5) == 0x6 ? 2 : (first >> 4) == 0xe ? 3 : (first >> 3) == 0x1e ? 4 : 0;
  if (length == 0 || start + length > text.size()) return std::nullopt;
  char32_t code = first & (0x7fu >> length);
  for (std::size_t n = 1; n < length; ++n) {
    if ((byte(start + n) & 0xc0) != 0x80) return std::nullopt;
    code = (code << 6) | (byte(start + n) & 0x3fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return std::nullopt;
  at = start + length;
  return code;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();)
    if (!next_code_point(text, at)) return false;
  return true;
}

}  // namespace rigfit
