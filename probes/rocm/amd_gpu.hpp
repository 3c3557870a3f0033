#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rigfit {

/// One AMD GPU as some source tells it. Empty fields were not reported.
struct AmdGpu {
  std::string address, name, gfx, device_id, driver, compute_partition, memory_partition;
  std::optional<std::int64_t> compute_units, memory_bytes, visible_bytes, gtt_bytes, render_minor, node, dies;
  std::string model_id;               ///< the id of the device or of its subsystem: rocm-smi does not tell which
  std::optional<std::int64_t> index;  ///< in the tool that lists it
  std::optional<bool> pcie_atomics;   ///< as the link to the processor can
  bool in_kfd = false;                ///< the kernel offers it for compute
  bool allotted = true;               ///< false: the device cgroup of a job or pod keeps it from this process
};

/// Fills in what `gpu` does not have.
void complete(AmdGpu& gpu, const AmdGpu& other);

}  // namespace rigfit
