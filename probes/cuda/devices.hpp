#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/device_table.hpp"
#include "facts/platform.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// "sm_120" → "12.0"; empty for what is spelt differently.
std::string capability_of(const std::string& sm);

/// One GPU with its facts, from what the bus shows (may be null), what the driver lists (may be null) and the table of
/// devices. Its layers and its state are left to judge_cuda_layers().
Device read_cuda_device(const PciDevice* pci, const ListedGpu* gpu, const DeviceTable& table,
                        const std::vector<std::string>& listed_by);

/// What of its memory a framework can take: of a MIG instance, the largest one's; of a GPU that shares the host's
/// memory (GB10, Jetson), for which NVML tells none, the host's; else all but what the driver keeps for itself.
void read_cuda_memory(const Evidence& evidence, Device& device);

}  // namespace rigfit
