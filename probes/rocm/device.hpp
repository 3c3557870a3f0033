#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/device_table.hpp"
#include "facts/platform.hpp"
#include "probes/pci/pci.hpp"
#include "probes/rocm/amd_gpu.hpp"

namespace rigfit {

/// What the GPU's folder on the bus tells and KFD does not: memory pools, partition modes, product name, render node.
/// Reading a partition mode may wake a sleeping GPU; `partitions` says that it is awake.
Requests rocm_device_look(const std::string& address, bool partitions);
void add_from_sysfs(const Evidence& evidence, AmdGpu& gpu);

/// A card of /sys/class/drm without its bus: some recordings hold no more.
std::vector<AmdGpu> read_drm_cards(const Evidence& evidence);

/// The facts of one GPU. `pci` may be null. `sources` are those of what listed it.
Device make_rocm_device(const Evidence& evidence, const AmdGpu& gpu, const PciDevice* pci, const DeviceTable& table,
                        const std::vector<std::string>& sources);

/// What HSA_OVERRIDE_GFX_VERSION (or its form for one node) makes of `device`: facts override_target and override_fit.
void read_override(const Evidence& evidence, Device& device);

}  // namespace rigfit
