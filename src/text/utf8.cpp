#include "text/utf8.hpp"

#include <cstddef>

namespace rigfit {

bool is_utf8(std::string_view text) {
  const auto at = [&](std::size_t n) { return static_cast<unsigned char>(text[n]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned char c = at(i);
    const std::size_t length = c < 0x80 ? 1 : (c >> 5) == 0x6 ? 2 : (c >> 4) == 0xe ? 3 : (c >> 3) == 0x1e ? 4 : 0;
    if (length == 0 || i + length > text.size()) return false;
    char32_t code = length == 1 ? c : c & (0x7fu >> length);
    for (std::size_t n = 1; n < length; ++n) {
      if ((at(i + n) & 0xc0) != 0x80) return false;
      code = (code << 6) | (at(i + n) & 0x3fu);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
    i += length;
  }
  return true;
}

}  // namespace rigfit
