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

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  if (text.size() > 128) return std::nullopt;
  std::string_view rest = text;
  if (rest.starts_with('v') || rest.starts_with('V')) rest.remove_prefix(1);
  if (rest.empty() || !is_digit(rest.front())) return std::nullopt;
  Version version;
  version.text_ = rest;
  while (!rest.empty() && is_digit(rest.front())) {
    std::uint64_t number = 0;
    while (!rest.empty() && is_digit(rest.front())) {
      const std::uint64_t digit = static_cast<std::uint64_t>(rest.front() - '0');
      number = number > (UINT64_MAX - digit) / 10 ? UINT64_MAX : number * 10 + digit;
      rest.remove_prefix(1);
    }
    version.parts_.push_back(number);
    if (rest.size() < 2 || rest.front() != '.' || !is_digit(rest[1])) break;
    rest.remove_prefix(1);
  }
  version.suffix_ = rest;
  return version;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  for (std::size_t n = 0; n < std::max(parts_.size(), other.parts_.size()); ++n)
    if (const auto order = part(n) <=> other.part(n); std::is_neq(order)) return order;
  if (const auto order = rank(suffix_) <=> rank(other.suffix_); std::is_neq(order)) return order;
  const int order = suffix_.compare(other.suffix_);
  return order <=> 0;
}

}  // namespace rigfit
