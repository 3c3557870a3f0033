#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/cuda/inventory.hpp"

namespace rigfit {

/// Folders in which distributions put libcuda and libnvidia-ml, in the loader's usual order.
const std::vector<std::string>& cuda_library_folders();

/// Sets the layers and states of the platform and each device, and the facts they rest on: visible_devices, hides_all,
/// libcuda_version, library_matches, wsl, management (how NVML or nvidia-smi ended), nouveau_loaded, uvm_node.
void judge_cuda_layers(const Evidence& evidence, const CudaInventory& inventory,
                       const std::vector<std::string>& inventory_sources, bool bus_shows_gpu, Platform& platform);

}  // namespace rigfit
