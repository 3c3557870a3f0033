#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rigfit {

/// Ascending numbers as lists of CPUs, cores and nodes are written: "0-3,8".
inline std::string ranges_of(const std::vector<std::int64_t>& numbers) {
  std::string text;
  for (std::size_t n = 0; n < numbers.size();) {
    std::size_t last = n;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += std::to_string(numbers[n]);
    if (last > n) text += '-' + std::to_string(numbers[last]);
    n = last + 1;
  }
  return text;
}

}  // namespace rigfit
