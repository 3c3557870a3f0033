#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/rocm/amd_gpu.hpp"

namespace rigfit {

/// What a tool of ROCm printed, in any of their forms. Their exit statuses and complaints are reported, and prove
/// nothing: rocm-smi ends with 0 when it fails, and rocminfo takes a module for not loaded when it cannot look.
struct RocmTool {
  std::vector<AmdGpu> gpus;
  std::string driver_version, runtime_version, failure, message;
  std::optional<bool> module_loaded;
  bool kfd_opened = false;  ///< it says that it could open /dev/kfd
  bool wsl = false;         ///< it says that it runs under WSL
  bool hip_lists = false;   ///< HIP itself lists its GPUs
};
RocmTool parse_rocminfo(std::string_view text);
/// `hipInfo`, the tool that there is on Windows. It ends the process, with a message, where HIP finds no GPU.
RocmTool parse_hip_info(std::string_view text);
RocmTool parse_rocm_smi_text(std::string_view text);
RocmTool parse_rocm_smi_json(std::string_view text);
RocmTool parse_rocm_smi_csv(std::string_view text);
RocmTool parse_amd_smi_text(std::string_view text);
/// `amd-smi` without arguments, since ROCm 7.
RocmTool parse_amd_smi_table(std::string_view text);
/// `amd-smi static --json` and `amd-smi list --json`: a list up to ROCm 6, an object with "gpu_data" from 7 on.
RocmTool parse_amd_smi_json(std::string_view text);
/// `amd-smi static --csv`, `amd-smi list --csv` and `amd-smi monitor --csv`.
RocmTool parse_amd_smi_csv(std::string_view text);

/// What a tool printed as a value: empty for "N/A" and its like; as an id, in lower case without 0x.
std::string printed_value(std::string_view value);
std::string printed_id(std::string_view value);

/// rocm-smi's "Card series", which is the device's id where its library has no name, and "Card model", which is the id
/// of the subsystem up to ROCm 6.0 and that of the device since.
void take_card_series(AmdGpu& gpu, std::string_view value);
void take_card_model(AmdGpu& gpu, std::string_view value);

}  // namespace rigfit
