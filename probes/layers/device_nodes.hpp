#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/layers/node_access.hpp"

namespace rigfit {

/// A family of device nodes: "/dev/accel" + "accel" names /dev/accel/accel0, accel1 and so on.
struct NodeFamily {
  std::string_view folder;  ///< "/dev/accel"
  std::string_view prefix;  ///< "accel"; a number follows
  /// Where the kernel says which device a node belongs to: CLASS/accel0/device is a link that ends in the PCI address.
  /// Nodes of several vendors share such a family. Empty when the name itself tells the vendor (/dev/neuron0).
  /// https://docs.kernel.org/accel/introduction.html https://docs.kernel.org/gpu/drm-uapi.html
  std::string_view sysfs_class;
};

/// The device nodes of all functions of one kind.
struct DeviceNodes {
  struct One {
    NodeProblem problem = NodeProblem::unknown;
    std::string path;   ///< of the node; empty when none is known
    std::string group;  ///< that owns it; empty when it has no name
    LayerState layer;   ///< device_node
  };

  /// What to look at.
  static Requests requests(const std::vector<NodeFamily>& families);

  /// One entry per address of `pci_addresses`. A node whose device nobody recorded is nobody's. `doubtful` counts the
  /// functions that may be devices of this kind, too, and own a node.
  static std::vector<One> of(const Evidence& evidence, const std::vector<NodeFamily>& families,
                             const std::vector<std::string>& pci_addresses, std::size_t doubtful);
};

}  // namespace rigfit
