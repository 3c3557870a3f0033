#include "cli/options/questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace rigfit {
namespace {

constexpr int most = 100;

/// A whole number from 0 to 100, alone on its line.
std::optional<int> number_of(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\t')) line.remove_suffix(1);
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  int number = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || end != line.data() + line.size() || number < 0 || number > most) return std::nullopt;
  return number;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

}  // namespace

std::optional<std::map<std::string, int>> ask_points(const std::vector<Factor>& factors,
                                                     std::map<std::string, int> points,
                                                     const std::map<std::string, int>& settled,
                                                     const Conversation& conversation) {
  // The defaults keep their proportions, the largest is 100.
  int largest = 0;
  for (const Factor& factor : factors) largest = std::max(largest, points[factor.id]);
  for (auto& [factor, value] : points)
    value = largest == 0 ? most : static_cast<int>((std::int64_t{value} * most + largest / 2) / largest);
  for (const auto& [factor, value] : settled) points[factor] = value;
  std::vector<const Factor*> asked;
  for (const Factor& factor : factors)
    if (!settled.count(factor.id)) asked.push_back(&factor);
  conversation.say(
      "Each question shows the worst and the best that a framework can offer. How much does it matter to\n"
      "you to have the best instead of the worst? Give 100 to what matters most, the others in proportion,\n"
      "0 to what does not matter. Enter keeps the number in brackets.\n");
  for (std::size_t n = 0; n < asked.size(); ++n) {
    const Factor& factor = *asked[n];
    conversation.say(fmt::format("\n{} of {}: {}. {}\n  worst  {}\n  best   {}\n", n + 1, asked.size(), factor.name,
                                 factor.about, factor.at_0, factor.at_100));
    while (true) {
      conversation.say(fmt::format("  How much does that matter, 0 to 100? [{}]: ", points[factor.id]));
      const std::optional<std::string> line = conversation.read_line();
      if (!line) return std::nullopt;
      if (is_blank(*line)) break;
      if (const std::optional<int> number = number_of(*line)) {
        points[factor.id] = *number;
        break;
      }
      conversation.say("  Type a whole number from 0 to 100.\n");
    }
  }
  return points;
}

}  // namespace rigfit
