#include "probes/cpu/numa_cores.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "probes/parse/text.hpp"
#include "text/ranges.hpp"

namespace rigfit {
namespace {

constexpr std::string_view node_lists = "/sys/devices/system/node/node*/cpulist";
constexpr std::int64_t most_cpus = 1 << 16;

/// The number behind `prefix` in a path: 12 of "/sys/…/node12/cpulist".
std::optional<std::int64_t> number_in(std::string_view path, std::string_view prefix) {
  const std::size_t at = path.find(prefix);
  if (at == path.npos) return std::nullopt;
  path.remove_prefix(at + prefix.size());
  return whole_number(path.substr(0, path.find('/')));
}

/// A core, and the first CPU of it, of its package and of its node.
struct Core {
  std::int64_t cpu = 0, package = 0, node = 0;
};

using First = std::map<std::int64_t, std::int64_t>;  ///< the first CPU of each package, or of each node

void note(First& first, std::int64_t id, std::int64_t cpu) {
  const auto [it, is_new] = first.emplace(id, cpu);
  if (!is_new) it->second = std::min(it->second, cpu);
}

/// Each core once; nothing where a CPU has no node or a core is part of two.
std::vector<Core> cores_of(const std::vector<LogicalCpu>& cpus, const std::map<std::int64_t, std::int64_t>& node_of) {
  std::map<std::pair<std::int64_t, std::int64_t>, Core> cores;
  for (const LogicalCpu& cpu : cpus) {
    const auto node = node_of.find(cpu.number);
    if (node == node_of.end()) return {};
    const auto [it, is_new] =
        cores.emplace(std::pair(cpu.package, cpu.core), Core{cpu.number, cpu.package, node->second});
    if (it->second.node != node->second) return {};
    it->second.cpu = std::min(it->second.cpu, cpu.number);
  }
  std::vector<Core> all;
  for (const auto& [id, core] : cores) all.push_back(core);
  return all;
}

/// Sorts as hwloc counts; false where packages and nodes cut each other.
bool put_in_order(std::vector<Core>& cores) {
  First of_package, of_node;
  std::map<std::int64_t, std::set<std::int64_t>> nodes_of_package, packages_of_node;
  for (const Core& core : cores) {
    note(of_package, core.package, core.cpu), note(of_node, core.node, core.cpu);
    nodes_of_package[core.package].insert(core.node), packages_of_node[core.node].insert(core.package);
  }
  const auto holds_one = [](const auto& one) { return one.second.size() == 1; };
  const bool nodes_are_inside = std::all_of(packages_of_node.begin(), packages_of_node.end(), holds_one);
  if (!nodes_are_inside && !std::all_of(nodes_of_package.begin(), nodes_of_package.end(), holds_one)) return false;
  std::sort(cores.begin(), cores.end(), [&](const Core& a, const Core& b) {
    const auto place = [&](const Core& core) {
      const std::int64_t package = of_package[core.package], node = of_node[core.node];
      return nodes_are_inside ? std::tuple(package, node, core.cpu) : std::tuple(node, package, core.cpu);
    };
    return place(a) < place(b);
  });
  return true;
}

}  // namespace

std::vector<std::int64_t> numbers_of_ranges(std::string_view text) {
  const auto count = count_of_ranges(text);
  if (!count || *count >= most_cpus) return {};
  std::vector<std::int64_t> numbers;
  for (const std::string_view range : split(text, ',')) {
    const auto ends = key_value(range, '-');
    const auto first = whole_number(ends ? ends->first : range), last = ends ? whole_number(ends->second) : first;
    for (std::int64_t n = first.value_or(0); last && n <= *last; ++n) numbers.push_back(n);
  }
  return numbers;
}

std::vector<std::string> numa_cores(const std::vector<LogicalCpu>& cpus,
                                    const std::map<std::int64_t, std::vector<std::int64_t>>& cpus_of_nodes) {
  std::map<std::int64_t, std::int64_t> node_of;
  for (const auto& [node, members] : cpus_of_nodes)
    for (const std::int64_t cpu : members) node_of.emplace(cpu, node);
  std::vector<Core> cores = cores_of(cpus, node_of);
  if (cores.empty() || !put_in_order(cores)) return {};
  std::map<std::int64_t, std::vector<std::int64_t>> of_node;
  for (std::size_t n = 0; n < cores.size(); ++n) of_node[cores[n].node].push_back(static_cast<std::int64_t>(n));
  std::vector<std::string> all;
  for (const auto& [node, numbers] : of_node) all.push_back(std::to_string(node) + ":" + ranges_of(numbers));
  return all;
}

// /sys/devices/system/node/node1/cpulist: "32-63,96-127"
std::map<std::int64_t, std::vector<std::int64_t>> numa_nodes(const Evidence& evidence) {
  std::map<std::int64_t, std::vector<std::int64_t>> nodes;
  for (const std::string& path : evidence.expand(node_lists))
    if (const auto node = number_in(path, "/node/node")) nodes[*node] = numbers_of_ranges(trimmed(evidence.text(path)));
  return nodes;
}

std::vector<LogicalCpu> cpus_of_topology(const Evidence& evidence) {
  if (trimmed(evidence.text("/sys/devices/system/cpu/smt/active")) != "0") return {};
  std::vector<LogicalCpu> cpus;
  for (const std::string& path : evidence.expand(package_files)) {
    const auto number = number_in(path, "/cpu/cpu"), package = whole_number(trimmed(evidence.text(path)));
    if (!number || !package) return {};
    cpus.push_back({*number, *package, *number});
  }
  return cpus;
}

}  // namespace rigfit
