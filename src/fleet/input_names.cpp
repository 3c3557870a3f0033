#include "fleet/input_names.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <unordered_set>

#include "text/join.hpp"

namespace rigfit {
namespace {

using Parts = std::vector<std::string_view>;

Parts split(std::string_view text, char separator) {
  Parts parts;
  while (true) {
    const std::size_t at = text.find(separator);
    if (at != 0) parts.push_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string_view stem_of(std::string_view name) {
  bool is_shorter = true;
  while (is_shorter) {
    is_shorter = false;
    for (const std::string_view ending : {".gz", ".json", ".ndjson", ".jsonl"})
      if (name.ends_with(ending) && name.size() > ending.size()) {
        name.remove_suffix(ending.size());
        is_shorter = true;
      }
  }
  return name;
}

/// How many parts all begin (or, by `at`, end) with alike; at least one of each is left.
template <class At>
std::size_t shared(const std::vector<Parts>& all, std::size_t taken, At at) {
  std::size_t count = 0;
  while (std::all_of(all.begin(), all.end(), [&](const Parts& parts) {
    return count + taken + 1 < parts.size() && at(parts, count) == at(all.front(), count);
  }))
    ++count;
  return count;
}

bool are_unique(const std::vector<std::string_view>& names) {
  const std::unordered_set<std::string_view> seen(names.begin(), names.end());
  return seen.size() == names.size();
}

/// "out.gpu001", "out.gpu002" → "gpu001", "gpu002": without the parts between dots that all share.
std::vector<std::string> without_shared_parts(const std::vector<std::string_view>& stems) {
  std::vector<Parts> all;
  for (const std::string_view stem : stems) all.push_back(split(stem, '.'));
  const auto from_front = [](const Parts& parts, std::size_t n) { return parts[n]; };
  const auto from_back = [](const Parts& parts, std::size_t n) { return parts[parts.size() - 1 - n]; };
  const std::size_t before = shared(all, 0, from_front), behind = shared(all, before, from_back);
  std::vector<std::string> names;
  for (const Parts& parts : all)
    names.push_back(join(
        Parts(parts.begin() + static_cast<std::ptrdiff_t>(before), parts.end() - static_cast<std::ptrdiff_t>(behind)),
        "."));
  return names;
}

/// The first folder by which all paths differ, or the first by which some do; nothing where they do not differ in one.
std::vector<std::string> differing_folder(const std::vector<Parts>& paths) {
  std::size_t depth = paths.front().size();
  for (const Parts& path : paths) depth = std::min(depth, path.size());
  std::vector<std::string> first;
  for (std::size_t n = 0; n + 1 < depth; ++n) {
    const bool differs =
        std::any_of(paths.begin(), paths.end(), [&](const Parts& one) { return one[n] != paths[0][n]; });
    if (!differs) continue;
    std::vector<std::string_view> names;
    for (const Parts& path : paths) names.push_back(path[n]);
    const bool is_enough = are_unique(names);
    if (is_enough || first.empty()) first.assign(names.begin(), names.end());
    if (is_enough) break;
  }
  return first;
}

std::string_view relative(const FleetInput& input) {
  std::string_view path = input.path;
  if (path.starts_with(input.root)) path.remove_prefix(input.root.size());
  return path;
}

/// What files are called wherever they come from: their folders tell them apart.
bool names_no_node(std::string_view stem) {
  constexpr std::string_view names[] = {"machine", "report", "rigfit", "stdout"};
  return std::find(std::begin(names), std::end(names), stem) != std::end(names);
}

/// Of files that were found in one folder, or were given by themselves.
std::vector<std::string> names_of_group(const std::vector<const FleetInput*>& group) {
  std::vector<Parts> paths;
  std::vector<std::string_view> stems;
  for (const FleetInput* input : group) {
    paths.push_back(split(relative(*input), '/'));
    stems.push_back(paths.back().empty() ? std::string_view(input->path) : stem_of(paths.back().back()));
  }
  if (group.size() > 1) {
    if (are_unique(stems)) return without_shared_parts(stems);
    auto folders = differing_folder(paths);
    if (!folders.empty()) return folders;
  } else if (!group.front()->root.empty() && paths.front().size() > 2) {
    return {std::string(paths.front().front())};  // one host's file, as Ansible puts it
  } else if (group.front()->root.empty() && paths.front().size() > 1 && names_no_node(stems.front())) {
    return {std::string(paths.front().end()[-2])};
  }
  return {stems.begin(), stems.end()};
}

}  // namespace

std::vector<std::string> node_names(const std::vector<FleetInput>& inputs) {
  std::map<std::string_view, std::vector<std::size_t>> groups;
  for (std::size_t n = 0; n < inputs.size(); ++n) groups[inputs[n].root].push_back(n);
  std::vector<std::string> names(inputs.size());
  for (const auto& [root, indices] : groups) {
    std::vector<const FleetInput*> group;
    for (const std::size_t n : indices) group.push_back(&inputs[n]);
    std::vector<std::string> own = names_of_group(group);
    for (std::size_t n = 0; n < indices.size(); ++n) names[indices[n]] = std::move(own[n]);
  }
  return names;
}

}  // namespace rigfit
