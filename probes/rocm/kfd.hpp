#pragma once

#include <cstdint>
#include <vector>

#include "evidence/evidence.hpp"
#include "probes/rocm/amd_gpu.hpp"

namespace rigfit {

/// The GPUs of /sys/class/kfd/kfd/topology/nodes; nodes without SIMDs are CPUs and only counted.
struct KfdTopology {
  std::vector<AmdGpu> gpus;  ///< in the order of their nodes, which is that of the runtime
  std::int64_t cpu_nodes = 0;
  std::int64_t closed_nodes = 0;  ///< nodes of which nothing may be read
  bool found = false, absent = false;
};
KfdTopology read_kfd(const Evidence& evidence);

}  // namespace rigfit
