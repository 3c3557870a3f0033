#include "report/markdown/redacted.hpp"

#include <algorithm>
#include <array>

namespace rigfit {
namespace {

constexpr std::string_view crossed_out = "(removed)";

bool is_digit_of_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool is_part_of_name(char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-' || c == '+'; }

/// How many characters at the start of `text` are groups of hexadecimal digits of these lengths with `between` between
/// them, and nothing longer; 0 where there are none.
template <std::size_t N>
std::size_t length_of_groups(std::string_view text, const std::array<std::size_t, N>& groups, char between) {
  std::size_t at = 0;
  for (std::size_t n = 0; n < N; ++n) {
    if (n > 0 && (at >= text.size() || text[at++] != between)) return 0;
    for (std::size_t digits = 0; digits < groups[n]; ++digits)
      if (at >= text.size() || !is_digit_of_hex(text[at++])) return 0;
  }
  return at < text.size() && (is_digit_of_hex(text[at]) || text[at] == between) ? 0 : at;
}

std::size_t length_of_identifier(std::string_view text) {
  constexpr std::array<std::size_t, 5> uuid{8, 4, 4, 4, 12};
  constexpr std::array<std::size_t, 6> hardware_address{2, 2, 2, 2, 2, 2};
  if (const std::size_t length = length_of_groups(text, uuid, '-')) return length;
  for (const char between : {':', '-'})
    if (const std::size_t length = length_of_groups(text, hardware_address, between)) return length;
  return 0;
}

/// The length of "/home/somebody" at the start of `text`; 0 where there is none.
std::size_t length_of_home(std::string_view text) {
  constexpr std::string_view folders[] = {"/home/", "/Users/", "\\Users\\", "/var/home/", "/export/home/"};
  for (const std::string_view folder : folders) {
    if (!text.starts_with(folder)) continue;
    std::size_t end = folder.size();
    while (end < text.size() &&
           (is_part_of_name(text[end]) || (text[end] == ' ' && folder[0] == '\\' && text.find('\\', end) != text.npos)))
      ++end;
    if (end > folder.size()) return end;
  }
  return 0;
}

/// Crosses out "somebody@example.org", whose first part stands at the end of `before` already.
bool take_address(std::string_view text, std::size_t& at, std::string& before) {
  std::size_t start = before.size(), end = at + 1;
  while (start > 0 && is_part_of_name(before[start - 1])) --start;
  while (end < text.size() && is_part_of_name(text[end])) ++end;
  if (start == before.size() || end == at + 1) return false;
  before.resize(start);
  before += crossed_out;
  at = end;
  return true;
}

}  // namespace

std::string redacted(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const bool begins_word = at == 0 || !is_letter_or_digit(text[at - 1]);
    if (const std::size_t length = begins_word ? length_of_identifier(text.substr(at)) : 0) {
      result += crossed_out;
      at += length;
    } else if (const std::size_t home = length_of_home(text.substr(at))) {
      result += '~';
      at += home;
    } else if (text[at] != '@' || !take_address(text, at, result)) {
      result += text[at++];
    }
  }
  return result;
}

}  // namespace rigfit
