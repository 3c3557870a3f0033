#pragma once

#include <vector>

#include "fleet/fleet.hpp"

namespace rigfit {

/// Nodes on which the same has changed.
struct DriftChange {
  NodeList nodes;
  std::vector<ClassDifference> differences;  ///< `value`: now, `reference`: before
  std::vector<NodeFinding> appeared, gone;
};

/// What differs between two collections of one fleet.
struct Drift {
  NodeList gone, added;
  std::size_t same = 0;              ///< nodes on which nothing has changed
  std::vector<DriftChange> changes;  ///< the most nodes first

  bool is_none() const { return gone.count == 0 && added.count == 0 && changes.empty(); }
};

/// Node by node, by their names. Pure.
Drift drift_of(const Fleet& before, const Fleet& after);

}  // namespace rigfit
