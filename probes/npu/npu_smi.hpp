#pragma once

#include <string_view>
#include <vector>

#include "probes/npu/listed_devices.hpp"

namespace rigfit {

struct AscendListing {
  std::string driver_version;         ///< "24.1.0"
  std::vector<ListedDevice> devices;  ///< one a chip: some cards have two
};

/// `npu-smi info`, the table of all chips: a line of the card, then one a chip. Its columns changed over the years.
/// https://support.huawei.com/enterprise/zh/doc/EDOC1100079287
AscendListing parse_npu_smi(std::string_view text);

}  // namespace rigfit
