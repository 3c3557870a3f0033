#pragma once

#include <string>
#include <string_view>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// What keeps this process from opening a device node.
enum class NodeProblem {
  none,
  missing,
  denied,    ///< the node's permissions, or those of its folder
  filtered,  ///< its permissions allow it, and a container's or cgroup's device filter does not (EPERM)
  failing,   ///< it ended in another error
  unknown,   ///< not recorded, or not enough of it
};
std::string_view name_of(NodeProblem problem);

/// Of several nodes that may serve one device, one that can be opened tells most; then one that is there and may not;
/// then a doubt; a node that is missing tells least.
bool tells_more(NodeProblem a, NodeProblem b);

/// Whether this process may open a device node.
struct NodeAccess {
  NodeProblem problem = NodeProblem::unknown;
  LayerState layer;  ///< the same as a layer, with the reason
};

NodeAccess access_to_node(const Evidence& evidence, const std::string& path);

}  // namespace rigfit
