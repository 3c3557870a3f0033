#include "facts/version.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace rigfit {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_pre_release(std::string_view suffix) {
  while (!suffix.empty() && (suffix.front() == '.' || suffix.front() == '-' || suffix.front() == '_'))
    suffix.remove_prefix(1);
  constexpr std::array<std::string_view, 8> marks{"alpha", "beta", "preview", "pre", "rc", "dev", "a", "b"};
  return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) {
    return suffix.starts_with(mark) &&
           (suffix.size() == mark.size() || is_digit(suffix[mark.size()]) || suffix[mark.size()] == '.');
  });
}

int rank(std::string_view suffix) { return suffix.empty() ? 1 : is_pre_release(suffix) ? 0 : 2; }

/// Takes the first number off "580.82.07", without its leading zeros: "580" of it, and "82.07" is left. Nothing is left
/// of nothing.
std::string_view take_number(std::string_view& numbers) {
  const std::size_t dot = std::min(numbers.find('.'), numbers.size());
  std::string_view number = numbers.substr(0, dot);
  numbers.remove_prefix(std::min(dot + 1, numbers.size()));
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

/// Without leading zeros the longer number is the greater one.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  if (text.size() > 128) return std::nullopt;
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  Version version;
  version.text_ = text;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && is_digit(text[at])) ++at;
    ++version.size_;
    if (at + 1 >= text.size() || text[at] != '.' || !is_digit(text[at + 1])) break;
    ++at;
  }
  version.suffix_ = static_cast<std::uint8_t>(at);
  return version;
}

std::uint64_t Version::part(std::size_t n) const {
  std::string_view rest = numbers(), number;
  for (std::size_t skipped = 0; skipped <= n; ++skipped) number = take_number(rest);
  std::uint64_t value = 0;
  for (const char c : number) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
  }
  return value;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  for (std::string_view own = numbers(), theirs = other.numbers(); !own.empty() || !theirs.empty();) {
    const std::string_view one = take_number(own), another = take_number(theirs);
    if (const auto order = compare_numbers(one, another); std::is_neq(order)) return order;
  }
  if (const auto order = rank(suffix()) <=> rank(other.suffix()); std::is_neq(order)) return order;
  return suffix().compare(other.suffix()) <=> 0;
}

}  // namespace rigfit
