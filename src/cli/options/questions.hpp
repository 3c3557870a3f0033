#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

/// Where questions are put and answers come from; `read_line` gives nothing at the end of the input.
struct Conversation {
  std::function<void(std::string_view)> say;
  std::function<std::optional<std::string>()> read_line;
};

/// Asks for the points of each factor by swing weights: what raising it from the worst to the best end of its scale is
/// worth, both ends shown, the most important one 100 (Edwards, Barron 1994).
/// `points` are those so far, the default answers in proportion; factors in `settled` are not asked for. All points
/// come back on the new scale, or nothing when the input ended.
std::optional<std::map<std::string, int>> ask_points(const std::vector<Factor>& factors,
                                                     std::map<std::string, int> points,
                                                     const std::map<std::string, int>& settled,
                                                     const Conversation& conversation);

}  // namespace rigfit
