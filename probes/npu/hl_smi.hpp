#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// One Gaudi as hl-smi lists it. Empty fields were not told.
struct ListedGaudi {
  std::string name;     ///< "HL-225"
  std::string address;  ///< as sysfs writes it
  std::optional<std::int64_t> memory_bytes;
};

struct GaudiListing {
  std::string driver_version;
  std::vector<ListedGaudi> devices;
};

/// `hl-smi`, or `hl-smi -Q … --format=csv[,noheader][,nounits]` with `fields` as asked for, for want of a header.
/// https://docs.habana.ai/en/latest/Management_and_Monitoring/Embedded_System_Tools_Guide/System_Management_Interface_Tool.html
GaudiListing parse_hl_smi(std::string_view command_line, std::string_view text);

}  // namespace rigfit
