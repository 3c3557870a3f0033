#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other; `most` + 1 for more
/// than `most`, which is found sooner.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most = 1u << 16);

/// The word nearest to `word`, empty when none is near enough to have been meant: at most a third of it differs.
std::string nearest(std::string_view word, const std::vector<std::string>& words);

/// "; did you mean \"x\"?" or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& words);

}  // namespace rigfit
