#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/npu/listed_devices.hpp"

namespace rigfit {

struct GaudiListing {
  std::string driver_version;
  std::vector<ListedDevice> devices;
};

/// `hl-smi`, `hl-smi -L`, `hl-smi -q`, or `hl-smi -Q … --format=csv[,noheader][,nounits]` with `fields` as asked for,
/// for want of a header.
/// https://docs.habana.ai/en/latest/Management_and_Monitoring/Embedded_System_Tools_Guide/System_Management_Interface_Tool.html
GaudiListing parse_hl_smi(std::string_view command_line, std::string_view text);

}  // namespace rigfit
