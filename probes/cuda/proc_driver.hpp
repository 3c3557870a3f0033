#pragma once

#include <string>
#include <string_view>

namespace rigfit {

/// Which kernel module is loaded; absent while none is.
inline constexpr std::string_view proc_driver_version = "/proc/driver/nvidia/version";
/// Its version alone; https://docs.kernel.org/admin-guide/abi-stable.html (sysfs-module)
inline constexpr std::string_view module_version = "/sys/module/nvidia/version";

/// What it says.
struct KernelModule {
  std::string version;  ///< "550.144.03"; empty when the text is not understood
  std::string kind;     ///< open or proprietary
  std::string arch;     ///< "x86_64"
};

KernelModule parse_proc_driver_version(std::string_view text);

}  // namespace rigfit
