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
  std::optional<std::int64_t> compute_units, memory_bytes, visible_bytes, gtt_bytes, render_minor, node, dies;
  std::optional<std::int64_t> index;  ///< in the tool that lists it
  std::optional<bool> pcie_atomics;   ///< as the link to the processor can
  bool in_kfd = false;                ///< the kernel offers it for compute
  bool allotted = true;               ///< false: the device cgroup of a job or pod keeps it from this process
};

/// 90402 → "gfx942", 90010 → "gfx90a": major decimal, minor and stepping one hexadecimal digit each. Empty for 0 and
/// nonsense. https://github.com/ROCm/rocm-systems/blob/develop/projects/rocr-runtime/libhsakmt/src/topology.c
std::string gfx_of(std::int64_t target_version);
/// What HSA_OVERRIDE_GFX_VERSION means: "10.3.0" → "gfx1030", "9.0.10" → "gfx90a". Empty for what the runtime refuses.
std::string gfx_of_override(std::string_view text);

/// The GPUs of /sys/class/kfd/kfd/topology/nodes; nodes without SIMDs are CPUs and only counted.
struct KfdTopology {
  std::vector<AmdGpu> gpus;  ///< in the order of their nodes, which is that of the runtime
  std::int64_t cpu_nodes = 0;
  std::int64_t closed_nodes = 0;  ///< nodes of which nothing may be read
  bool found = false, absent = false;
};
KfdTopology read_kfd(const Evidence& evidence);

/// What a tool of ROCm printed, in any of their forms. Their exit statuses and complaints are told, and prove nothing:
/// rocm-smi ends with 0 when it fails, and rocminfo takes a module for not loaded when it cannot look.
struct RocmTool {
  std::vector<AmdGpu> gpus;
  std::string driver_version, runtime_version, failure, message;
  std::optional<bool> module_loaded;
  bool kfd_opened = false;  ///< it says that it could open /dev/kfd
  bool wsl = false;         ///< it says that it runs under WSL
};
RocmTool parse_rocminfo(std::string_view text);
RocmTool parse_rocm_smi_text(std::string_view text);
RocmTool parse_rocm_smi_json(std::string_view text);
RocmTool parse_amd_smi_text(std::string_view text);
/// `amd-smi` without arguments, since ROCm 7.
RocmTool parse_amd_smi_table(std::string_view text);
/// `amd-smi static --json` and `amd-smi list --json`: a list up to ROCm 6, an object with "gpu_data" from 7 on.
RocmTool parse_amd_smi_json(std::string_view text);

/// What a tool printed as a value: empty for "N/A" and its like; as an id, in lower case without 0x.
std::string told_value(std::string_view value);
std::string told_id(std::string_view value);

/// Some releases of rocm-smi and amd-smi build the name of a target by decimal arithmetic: "gfx9010" is gfx90a,
/// "gfx11000" is gfx1100.
std::string gfx_of_tool(std::string_view told);

/// What one recorded tool lists.
struct ToolListing {
  std::string key;  ///< of its answer
  std::vector<AmdGpu> gpus;
  std::string numbering;  ///< whose numbers its rows bear; rocminfo's are KFD's nodes
  bool is_whole = true;   ///< neither cut nor filtered
};

/// All that the recorded tools told. Their GPUs are joined by find_gpus().
struct ListedGpus {
  RocmTool all;
  std::vector<ToolListing> listings;
  std::vector<std::string> sources;
};
ListedGpus read_rocm_tools(const Evidence& evidence);

/// Fills in what `gpu` does not have.
void complete(AmdGpu& gpu, const AmdGpu& other);

}  // namespace rigfit
