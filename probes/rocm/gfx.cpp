#include "probes/rocm/gfx.hpp"

#include <fmt/format.h>

#include "probes/parse/text.hpp"

namespace rigfit {

std::string gfx_of(std::int64_t version) {
  const std::int64_t major = version / 10000, minor = version / 100 % 100, stepping = version % 100;
  if (version <= 0 || major > 99 || minor > 15 || stepping > 15) return "";
  return fmt::format("gfx{}{:x}{:x}", major, minor, stepping);
}

std::string gfx_of_override(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 3) return "";
  std::int64_t version = 0;
  for (const std::string_view part : parts) {
    const auto number = whole_number(part);
    if (!number || *number < 0 || *number > 99) return "";
    version = version * 100 + *number;
  }
  return gfx_of(version);
}

std::string gfx_of_tool(std::string_view reported) {
  // A sound name ends in two hexadecimal digits, a broken one in the decimal minor * 1000 + stepping or the like.
  if (!reported.starts_with("gfx")) return "";
  const std::string_view digits = reported.substr(3);
  const auto number = whole_number(digits);
  if (number && *number >= 9000 && *number <= 9099) return gfx_of(90000 + *number % 1000);
  if (number && digits.size() == 5 && (*number / 1000 == 11 || *number / 1000 == 12 || *number / 1000 == 10))
    return gfx_of(*number / 1000 * 10000 + *number % 1000);
  return std::string(reported);
}

}  // namespace rigfit
