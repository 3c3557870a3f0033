#include "fleet/partitions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "fleet/nodeset.hpp"

namespace rigfit {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view first_word(std::string_view line) {
  return line.substr(0, std::min(line.find_first_of(blanks), line.size()));
}

std::string_view last_word(std::string_view line) {
  const std::size_t blank = line.find_last_of(blanks);
  return blank == line.npos ? line : line.substr(blank + 1);
}

std::string_view trimmed_line(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(blanks);
  if (begin == line.npos) return {};
  return line.substr(begin, line.find_last_not_of(blanks) - begin + 1);
}

/// "gpu" of "gpu*" (Slurm's default), "@gpu" (a group of ClusterShell) and "gpu:".
std::string_view bare_name(std::string_view word) {
  if (word.starts_with('@')) word.remove_prefix(1);
  if (word.ends_with('*') || word.ends_with(':')) word.remove_suffix(1);
  return word;
}

}  // namespace

tl::expected<NamedNodes, std::string> named_nodes(std::string_view name, std::string_view set) {
  if (name.empty()) return tl::unexpected(std::string("a name is missing in front of the nodes"));
  auto nodes = expand_nodes(set);
  if (!nodes) return tl::unexpected(nodes.error());
  if (nodes->empty()) return tl::unexpected(fmt::format("the nodes of {} are missing", name));
  return NamedNodes{std::string(name), std::move(*nodes)};
}

void add_partition(NamedNodes one, std::vector<NamedNodes>& all) {
  const auto same =
      std::find_if(all.begin(), all.end(), [&](const NamedNodes& other) { return other.name == one.name; });
  if (same == all.end()) return all.push_back(std::move(one));
  std::move(one.nodes.begin(), one.nodes.end(), std::back_inserter(same->nodes));
  std::vector<std::string> ordered;
  for (const std::size_t n : node_order({same->nodes.begin(), same->nodes.end()}))
    if (ordered.empty() || ordered.back() != same->nodes[n]) ordered.push_back(same->nodes[n]);
  same->nodes = std::move(ordered);
}

tl::expected<std::vector<NamedNodes>, std::string> parse_partitions(std::string_view text) {
  std::vector<NamedNodes> all;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view name = first_word(line), set = last_word(line);
    if (line.empty() || line.starts_with('#') || name == "PARTITION" || set == "n/a") continue;
    if (name.size() == line.size())
      return tl::unexpected(fmt::format("line {}: \"{}\" is no name with nodes behind it", number, name));
    auto one = named_nodes(bare_name(name), set);
    if (!one) return tl::unexpected(fmt::format("line {}: {}", number, one.error()));
    add_partition(std::move(*one), all);
  }
  return all;
}

}  // namespace rigfit
