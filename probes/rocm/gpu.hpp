#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"

namespace rigfit {

/// One AMD GPU as some source tells it. Empty fields were not told.
struct AmdGpu {
  std::string address, name, gfx, device_id, driver, compute_partition, memory_partition;
  std::optional<std::int64_t> compute_units, memory_bytes, visible_bytes, gtt_bytes, render_minor, node;
  std::string uuid;  ///< only to recognise the same GPU in two outputs; never told on
};

/// 90402 → "gfx942", 90010 → "gfx90a": major decimal, minor and stepping one hexadecimal digit each. Empty for 0 and
/// nonsense. https://docs.kernel.org/gpu/amdgpu/
std::string gfx_of(std::int64_t target_version);

/// GPUs of /sys/class/kfd/kfd/topology/nodes; nodes without SIMDs are CPUs and only counted.
struct KfdTopology {
  std::vector<AmdGpu> gpus;
  std::int64_t cpu_nodes = 0;
  bool found = false;
};
KfdTopology read_kfd(const Evidence& evidence);

/// What a tool of ROCm printed, in any of their forms.
struct RocmTool {
  std::vector<AmdGpu> gpus;
  std::string driver_version, runtime_version, failure, message;
  std::optional<bool> module_loaded;
};
RocmTool parse_rocminfo(std::string_view text);
RocmTool parse_rocm_smi_text(std::string_view text);
RocmTool parse_rocm_smi_json(std::string_view text);
RocmTool parse_amd_smi_text(std::string_view text);

}  // namespace rigfit
