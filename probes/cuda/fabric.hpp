#pragma once

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// NVSwitches join GPUs of A100 and H100 boards; those of Blackwell boards are not on the PCI bus. NVIDIA's driver
/// binds class 0680 for nothing else: kernel-open/nvidia/nv-pci-table.c,
/// https://github.com/NVIDIA/open-gpu-kernel-modules
bool is_nvswitch(const PciDevice& device);

/// Signs of the Fabric Manager; only worth reading where NVSwitches are.
Requests fabric_requests();

/// Sets nvswitches and, where there are some, fabric_manager: running, stopped or not_installed. Its service has a
/// control group of its own exactly while it runs.
void read_fabric(const Evidence& evidence, PlatformFacts& facts);

}  // namespace rigfit
