#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/platform.hpp"

namespace rigfit {

/// What `tpu-info` printed, whether with a program running, without one, or with --version. Empty where it does not
/// tell. https://github.com/AI-Hypercomputer/cloud-accelerator-diagnostics (2026)
struct TpuListing {
  std::string libtpu_version, accelerator_type;
  std::string generation;          ///< "v6e"
  std::vector<std::string> nodes;  ///< "/dev/vfio/0", one a chip
  std::optional<std::int64_t> memory_bytes_per_chip;
};
TpuListing parse_tpu_info(std::string_view text);

/// Takes what `tpu-info` printed; it asks the runtime of a program that uses the TPU. Adds devices only when it lists
/// chips, and nothing to a platform that has some.
void read_tpu_info(std::string_view text, const std::vector<std::string>& source, Platform& platform);

}  // namespace rigfit
