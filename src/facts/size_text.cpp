#include "facts/size_text.hpp"

#include <fmt/format.h>

namespace rigfit {

std::string size_text(std::int64_t bytes) {
  constexpr std::int64_t mib = std::int64_t{1} << 20, gib = std::int64_t{1} << 30;
  if (bytes >= gib) return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(gib));
  if (bytes >= mib) return fmt::format("{} MiB", bytes / mib);
  return fmt::format("{} bytes", bytes);
}

}  // namespace rigfit
