#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace rigfit {

// Sets of node names as ClusterShell and Slurm write them: "gpu[001-128,130],login1". The notation is that of
// https://clustershell.readthedocs.io/en/latest/tools/nodeset.html without its operators and groups.

inline constexpr std::size_t most_expanded_nodes = 4'000'000;

/// The names that a set stands for, each once, in the order that fold() writes them. Steps ("n[1-9/2]"), several
/// brackets in a name and zero padding are understood. The error is a sentence: brackets that do not match, a range
/// that goes backwards, a name longer than a host's may be, more than `most` names.
tl::expected<std::vector<std::string>, std::string> expand_nodes(std::string_view set,
                                                                 std::size_t most = most_expanded_nodes);

/// The shortest such text for names: consecutive numbers become ranges, "n1" and "n01" stay two nodes, names with
/// several numbers fold in each of them. Names may come in any order, and twice.
std::string fold_nodes(const std::vector<std::string_view>& names);
std::string fold_nodes(const std::vector<std::string>& names);

/// The order of names in a folded set, by their text without the numbers and then by the numbers: their indices.
std::vector<std::size_t> node_order(const std::vector<std::string_view>& names);

}  // namespace rigfit
