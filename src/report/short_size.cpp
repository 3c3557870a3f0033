#include "report/short_size.hpp"

#include <fmt/format.h>

#include "facts/size_text.hpp"

namespace rigfit {

std::string short_size(std::int64_t bytes) {
  constexpr std::int64_t gib = std::int64_t{1} << 30;
  if (bytes >= 100 * gib) return fmt::format("{} GiB", (bytes + gib / 2) / gib);
  std::string text = size_text(bytes);
  if (const std::size_t zero = text.find(".0 "); zero != text.npos) text.erase(zero, 2);
  return text;
}

std::string part_of_size(std::int64_t part, std::int64_t whole) {
  std::string first = short_size(part), second = short_size(whole);
  const std::size_t unit = first.find(' ');
  if (unit != first.npos && second.ends_with(std::string_view(first).substr(unit))) first.resize(unit);
  return fmt::format("{} of {}", first, second);
}

}  // namespace rigfit
