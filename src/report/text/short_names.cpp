#include "report/text/short_names.hpp"

#include <algorithm>
#include <string_view>

#include "text/join.hpp"

namespace rigfit {
namespace {

std::vector<std::string> parts_of(std::string_view path) {
  constexpr std::string_view ending = ".json";
  if (path.ends_with(ending) && path.size() > ending.size()) path.remove_suffix(ending.size());
  std::vector<std::string> parts;
  while (true) {
    const std::size_t slash = path.find('/');
    if (slash != 0) parts.emplace_back(path.substr(0, slash));
    if (slash == path.npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

/// How many parts all paths begin with, or end with, alike; at least one part of each stays.
template <class At>
std::size_t shared(const std::vector<std::vector<std::string>>& paths, std::size_t taken, At at) {
  std::size_t count = 0;
  while (std::all_of(paths.begin(), paths.end(), [&](const auto& parts) {
    return count + taken + 1 < parts.size() && at(parts, count) == at(paths.front(), count);
  }))
    ++count;
  return count;
}

}  // namespace

std::vector<std::string> short_names(const std::vector<std::string>& files) {
  std::vector<std::vector<std::string>> paths;
  for (const std::string& file : files) paths.push_back(parts_of(file));
  if (paths.size() < 2) return files;
  using Parts = std::vector<std::string>;
  const std::size_t before = shared(paths, 0, [](const Parts& parts, std::size_t n) { return parts[n]; });
  const std::size_t behind =
      shared(paths, before, [](const Parts& parts, std::size_t n) { return parts[parts.size() - 1 - n]; });
  std::vector<std::string> names;
  for (const Parts& parts : paths)
    names.push_back(join(std::vector<std::string>(parts.begin() + static_cast<std::ptrdiff_t>(before),
                                                  parts.end() - static_cast<std::ptrdiff_t>(behind)),
                         "/"));
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end() ? names : files;
}

}  // namespace rigfit
