#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// One GPU as Metal describes it; see ask/metal.hpp.
struct MetalDevice {
  std::string name, architecture;     ///< "Apple M4", "applegpu_g16g"
  std::vector<std::string> families;  ///< "apple9", "mac2", "metal3", "metal4"
  std::optional<std::int64_t> working_set_bytes, max_buffer_bytes;
  std::optional<bool> unified_memory, low_power, removable;
};

/// What `rigfit ask metal` reported: nothing, or a list that may be empty.
struct MetalDevices {
  bool answered = false;
  std::vector<MetalDevice> devices;
};
MetalDevices parse_metal(std::string_view json);

/// "Apple 9" of {"apple7", "apple8", "apple9", "mac2"}: the newest of Apple's own families; empty when there is none.
std::string apple_family(const std::vector<std::string>& families);

/// The GPU's row in the I/O registry.
struct IoregGpu {
  std::string model;
  std::optional<std::int64_t> cores;
};
/// `ioreg -rc IOAccelerator -d1`
IoregGpu parse_ioreg(std::string_view text);

/// How much memory the GPU may use, and who says so.
struct WorkingSet {
  std::int64_t bytes = 0;
  std::string from;  ///< "Metal", "iogpu.wired_limit_mb", "an estimate: two thirds of the memory"
};
/// Metal's own word; else the limit that the user set; else Apple's share as it was observed.
std::optional<WorkingSet> working_set(std::optional<std::int64_t> metal, std::optional<std::int64_t> wired_limit_mib,
                                      std::optional<std::int64_t> memory_bytes);

}  // namespace rigfit
