#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace rigfit {

/// A name for some nodes: a partition of Slurm, a group of ClusterShell.
struct NamedNodes {
  std::string name;
  std::vector<std::string> nodes;  ///< in the order of folded sets, each once
};

/// Partitions as `sinfo` prints them (its heading, a line for each state, a "*" behind the default), as `nodeset -LL`
/// does ("@gpu gpu[001-128]"), or written by hand: in each line the name first and the set of nodes last. Several lines
/// of one name are one partition. The error names the line.
/// https://slurm.schedmd.com/sinfo.html https://clustershell.readthedocs.io/en/latest/tools/nodeset.html
tl::expected<std::vector<NamedNodes>, std::string> parse_partitions(std::string_view text);

/// One such, of which `set` is a folded set.
tl::expected<NamedNodes, std::string> named_nodes(std::string_view name, std::string_view set);

/// Adds one to others, or its nodes to those of the same name.
void add_partition(NamedNodes one, std::vector<NamedNodes>& all);

}  // namespace rigfit
