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
      "Suppose a framework stood at the worst end of every scale below. What would it be worth to you to\n"
      "move it to the best end of each? Give 100 to the move you would make first, and the others in\n"
      "proportion; 0 means that you do not care. Enter keeps the number in brackets.\n");
  for (std::size_t n = 0; n < asked.size(); ++n) {
    const Factor& factor = *asked[n];
    conversation.say(fmt::format("\n{} of {}: {}. {}\n  from  {}\n  to    {}\n", n + 1, asked.size(), factor.name,
                                 factor.about, factor.at_0, factor.at_100));
    while (true) {
      conversation.say(fmt::format("  worth 0 to 100 [{}]: ", points[factor.id]));
      const std::optional<std::string> line = conversation.read_line();
      if (!line) return std::nullopt;
      if (is_blank(*line)) break;
      if (const std::optional<int> number = number_of(*line)) {
        points[factor.id] = *number;
        break;
      }
      conversation.say("  A whole number from 0 to 100, please.\n");
    }
  }
  return points;
}

}  // namespace rigfit
