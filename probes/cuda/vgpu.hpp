#pragma once

#include <string>
#include <string_view>

#include "facts/platform.hpp"
#include "probes/cuda/inventory.hpp"

namespace rigfit {

/// The profile in a virtual GPU's name: "GRID A100-40C" → "40C", series C; "GRID A100-1-5C", a slice of a GPU with MIG,
/// → "1-5C". The number is its memory in GB, the letter what it was made for: A applications, B desktops, C compute, Q
/// workstations. https://docs.nvidia.com/vgpu/18.0/grid-vgpu-user-guide/index.html
struct VgpuProfile {
  std::string profile, series;
};
/// Empty for the name of a physical GPU.
VgpuProfile parse_vgpu_name(std::string_view name);

/// What `nvidia-smi -q` says of a GPU: "VGPU", "Pass-Through", "None" …, and "Licensed (Expiry: …)", "Unlicensed
/// (Restricted)".
void take_virtualization(ListedGpu& gpu, std::string_view mode);
void take_license(ListedGpu& gpu, std::string_view product, std::string_view status);

/// Sets vgpu_profile and vgpu_series of a virtual GPU, and virtualization where only its name tells that it is one.
void read_vgpu(Device& device);

}  // namespace rigfit
