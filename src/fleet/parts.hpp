#pragma once

#include <string_view>
#include <vector>

#include "fleet/fleet.hpp"
#include "fleet/nodeset.hpp"

namespace rigfit {

/// Nodes of a fleet for whose class something holds: of all nodes, or of some.
class Gather {
 public:
  explicit Gather(const Fleet& fleet) : fleet_(fleet) {}
  Gather(const Fleet& fleet, std::vector<bool> is_member) : fleet_(fleet), is_member_(std::move(is_member)) {}

  template <class Holds>
  NodeList nodes(Holds holds) const {
    std::vector<bool> is_in;
    for (const FleetClass& one : fleet_.classes) is_in.push_back(holds(one));
    std::vector<std::string_view> names;
    for (std::size_t n = 0; n < fleet_.nodes.size(); ++n)
      if (is_in[fleet_.class_of[n]] && (is_member_.empty() || is_member_[n])) names.emplace_back(fleet_.nodes[n]);
    return {names.size(), fold_nodes(names)};
  }

 private:
  const Fleet& fleet_;
  std::vector<bool> is_member_;  ///< empty: all are
};

/// Which frameworks are first in each class.
void add_best(Fleet& fleet);

/// What holds of all nodes together, and of each partition. Needs the classes.
void add_parts(const std::vector<NamedNodes>& partitions, Fleet& fleet);

}  // namespace rigfit
