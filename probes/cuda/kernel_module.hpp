#pragma once

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// Where kernel modules lie, DKMS and modprobe's lists: worth reading only where an NVIDIA GPU has no driver.
Requests kernel_module_requests(const Evidence& evidence);

/// DKMS alone: which modules the next start may load.
Requests dkms_requests();

/// Sets module_on_disk (this_kernel, other_kernel, none), module_kernels, module_blacklisted, dkms_versions,
/// kernel_headers. Names of modules: nvidia.ko of NVIDIA, nvidia-current.ko of Debian, packed with xz, zst or gz.
void read_kernel_module(const Evidence& evidence, PlatformFacts& facts);

/// "nvidia.ko", "nvidia.ko.zst", "nvidia-current.ko.xz", "nvidia-tesla-535.ko"; none of its helpers (nvidia-uvm.ko).
bool is_nvidia_module(std::string_view name);

/// The file of modprobe.d that keeps modprobe from loading nvidia: "blacklist nvidia", "install nvidia /bin/false".
bool forbids_nvidia(std::string_view modprobe_file);

}  // namespace rigfit
