#include "text/edit_distance.hpp"

#include <algorithm>

namespace rigfit {

// Optimal string alignment: each pair of neighbours is swapped at most once. Only what lies within `most` of the
// diagonal can be that near.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most) {
  most = std::min(most, std::max(a.size(), b.size()));
  const std::size_t more = most + 1;
  std::vector<std::size_t> before_last(b.size() + 1, more), last(b.size() + 1, more), row(b.size() + 1, more);
  for (std::size_t j = 0; j <= std::min(b.size(), most); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::size_t first = i > most ? i - most : 0, end = std::min(b.size(), i + most);
    if (first > end) return more;
    std::fill(row.begin(), row.end(), more);
    if (first == 0) row[0] = std::min(i, more);
    for (std::size_t j = std::max<std::size_t>(first, 1); j <= end; ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]), more});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    if (*std::min_element(row.begin(), row.end()) == more && *std::min_element(last.begin(), last.end()) == more)
      return more;
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  if (word.size() > 64) return best;
  // A third of its letters may be wrong: "html" is not what "yaml" was meant to be.
  std::size_t fewest = std::max<std::size_t>(1, (word.size() + 1) / 3) + 1;
  std::size_t least_apart = 0;  // in length
  for (const std::string& other : words) {
    // Who types the start of a long name means it.
    const bool is_start = word.size() >= 3 && other.starts_with(word);
    const std::size_t apart = std::max(word.size(), other.size()) - std::min(word.size(), other.size());
    if (!is_start && apart >= fewest) continue;  // as many letters are missing at least
    const std::size_t distance = is_start ? 0 : edit_distance(word, other, fewest);
    // Of words that are equally near, the one of most nearly that length: "cuda" for "cud", not "cuda.asleep".
    if (distance > fewest || (distance == fewest && (best.empty() || apart >= least_apart))) continue;
    fewest = distance;
    least_apart = apart;
    best = other;
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words) {
  const std::string best = nearest(word, words);
  return best.empty() ? "" : "; did you mean \"" + best + "\"?";
}

}  // namespace rigfit
