#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// One graphics card as macOS lists it.
struct MacGpu {
  std::string name, bus, vram, vendor, device_id, metal;
  std::optional<std::int64_t> cores;
};

/// What `system_profiler` tells of the machine and its graphics, in any of its three forms.
struct MacProfile {
  std::string model, chip, memory, processors;
  std::vector<MacGpu> gpus;
  bool lists_gpus = false;  ///< graphics were reported on, whether or not there are any
};

MacProfile parse_system_profiler_text(std::string_view text);
MacProfile parse_system_profiler_json(std::string_view text);
/// Property lists (-xml) carry the same keys as the JSON.
MacProfile parse_system_profiler_xml(std::string_view text);

}  // namespace rigfit
