#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"

namespace rigfit {

/// One Intel GPU as a tool or Level Zero lists it; empty where it does not tell.
struct IntelGpu {
  std::string name;
  std::string address;         ///< "0000:03:00.0", lower case
  std::string pci_device;      ///< "56a0"
  std::string driver_version;  ///< of the user-space driver
  std::optional<std::int64_t> memory_bytes, execution_units;
  std::optional<bool> integrated;
  std::string ip_version;             ///< "12.55.8"
  std::optional<std::int64_t> index;  ///< in the tool's own numbering
};

/// xpu-smi discovery -j, xpumcli, clinfo --json.
std::vector<IntelGpu> parse_intel_json(std::string_view json);

/// `xpu-smi discovery` and `xpumcli discovery` in any form: the table of all or of one device, --dump (CSV), -j.
/// https://github.com/intel/xpumanager/blob/master/doc/smi_user_guide.md
std::vector<IntelGpu> parse_discovery(std::string_view text);

/// What Level Zero says of itself and of its devices: src/ask/level_zero/level_zero.hpp describes the document.
struct LevelZero {
  std::string library;
  bool lists_devices = false;  ///< false: this loader cannot list them without making a context
  std::string error_call;      ///< empty: no error
  std::int64_t error_code = 0;
  std::string error_text;
  std::vector<IntelGpu> gpus;
};
std::optional<LevelZero> parse_level_zero(std::string_view json);

}  // namespace rigfit
