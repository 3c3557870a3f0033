#pragma once

#include <string>
#include <string_view>

namespace rigfit {

/// /proc/driver/nvidia/version: which kernel module is loaded.
struct KernelModule {
  std::string version;  ///< "550.144.03"; empty when the text is not understood
  std::string kind;     ///< open or proprietary
  std::string arch;     ///< "x86_64"
};

KernelModule parse_proc_driver_version(std::string_view text);

}  // namespace rigfit
