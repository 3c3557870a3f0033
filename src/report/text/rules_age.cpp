#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

constexpr std::size_t most_named_overlays = 3;

/// The day that "2026-11-23", or a time of RFC 3339, begins with.
std::optional<std::chrono::sys_days> day_of(std::string_view text) {
  int numbers[3] = {};
  constexpr std::size_t at[3] = {0, 5, 8}, length[3] = {4, 2, 2};
  for (int n = 0; n < 3; ++n) {
    if (text.size() < at[n] + length[n]) return std::nullopt;
    const char* end = text.data() + at[n] + length[n];
    const auto [stop, error] = std::from_chars(text.data() + at[n], end, numbers[n]);
    if (error != std::errc() || stop != end) return std::nullopt;
  }
  const std::chrono::year_month_day day{std::chrono::year(numbers[0]),
                                        std::chrono::month(static_cast<unsigned>(numbers[1])),
                                        std::chrono::day(static_cast<unsigned>(numbers[2]))};
  return day.ok() ? std::optional<std::chrono::sys_days>(day) : std::nullopt;
}

}  // namespace

std::optional<int> rules_age_days(const Report& report) {
  const auto looked = day_of(report.evidence.recorded), as_of = day_of(report.rules.as_of);
  if (!looked || !as_of) return std::nullopt;
  return static_cast<int>((*looked - *as_of).count());
}

void write_rules_age(Page& page, const Report& report) {
  const std::vector<std::string>& overlays = report.rules.overlays;
  const std::size_t named = std::min(overlays.size(), most_named_overlays);
  for (std::size_t n = 0; n < named; ++n)
    page.paragraph(fmt::format("With the site's rules of {}.", overlays[n]), 0, 2, Tint::faint);
  if (overlays.size() > named)
    page.paragraph(fmt::format("And of {} more.", count_text(overlays.size() - named, "file")), 0, 2, Tint::faint);
  const auto age = rules_age_days(report);
  if (!age || *age <= rules_old_after_days) return;
  page.paragraph(fmt::format("! The rules are {} older than this look at the machine, and newer builds may be out. A "
                             "newer rigfit brings newer rules, or --rules takes a file or a folder of them.",
                             count_text(static_cast<std::size_t>(*age), "day")),
                 0, 2, Tint::doubtful);
}

}  // namespace rigfit
