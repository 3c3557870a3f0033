#include "report/html/html_text.hpp"

#include "evidence/base64.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

int digit_of(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

}  // namespace

std::string html_text(std::string_view plain) {
  constexpr std::size_t longest = 2000;
  const std::string line = clean(plain);
  std::string result;
  result.reserve(line.size());
  for (const char c : line) {
    const bool begins_character = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (result.size() >= longest && begins_character) return result + "…";
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string json_in_html(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  for (const char c : json) switch (c) {
      case '<':
        result += "\\u003c";
        break;
      case '>':
        result += "\\u003e";
        break;
      case '&':
        result += "\\u0026";
        break;
      default:
        result += c;
    }
  return result;
}

std::string policy_hash(std::string_view hexadecimal) {
  std::string bytes;
  for (std::size_t n = 0; n + 1 < hexadecimal.size(); n += 2)
    bytes += static_cast<char>(digit_of(hexadecimal[n]) * 16 + digit_of(hexadecimal[n + 1]));
  return to_base64(bytes);
}

}  // namespace rigfit
