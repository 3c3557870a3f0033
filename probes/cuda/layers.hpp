#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/cuda/inventory.hpp"

namespace rigfit {

/// Sets the layers and states of the platform and each device, and the facts they rest on: those of libcuda, wsl,
/// management (how NVML or nvidia-smi ended), nouveau_loaded, uvm_node. What read_visible_devices() and read_fabric()
/// say has to be there before.
void judge_cuda_layers(const Evidence& evidence, const CudaInventory& inventory,
                       const std::vector<std::string>& inventory_sources, bool bus_shows_gpu, Platform& platform);

}  // namespace rigfit
