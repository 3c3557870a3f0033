#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/layers/kernel_logs.hpp"

namespace rigfit {

/// One Xid that the driver wrote into the kernel's log. https://docs.nvidia.com/deploy/xid-errors/
struct Xid {
  std::string pci_address;  ///< "0000:2b:00.0"; the driver leaves the function out, and rigfit adds .0
  std::int64_t number = 0;
  std::string message;  ///< what follows the number
};

/// NVRM: Xid (PCI:0000:2b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
std::vector<Xid> parse_xids(std::string_view log);

/// The advice that an Xid 154 ends with, in lower case: "none", "gpu reset required", "node reboot required", "drain
/// p2p", "drain and reset"; empty for other Xids.
std::string recovery_action_in(const Xid& xid);

/// A GPU that the loaded driver refuses, as a later branch than the last one that knows it.
struct IgnoredGpu {
  std::string subject;  ///< "GPU 0000:01:00.0 (PCI ID: 10de:1180)" or "NVIDIA GeForce GT 710 GPU"
  std::string branch;   ///< "470"
};

/// NVRM: The NVIDIA GeForce GT 710 GPU installed in this system is
/// NVRM:  supported through the NVIDIA 470.xx Legacy drivers. Please …
std::vector<IgnoredGpu> parse_ignored_gpus(std::string_view log);

/// What else the driver complained of: init_failed, gsp_failed, open_module_unsupported, open_module_required,
/// branch_unsupported, legacy_driver_needed, vgpu_unsupported, version_mismatch, module_unsigned, module_rejected,
/// probe_not_called, fell_off_bus, region_invalid, power_cable_missing, symbols_differ. Texts: kernel-open/nvidia/nv.c
/// and src/nvidia/arch/nvoc of https://github.com/NVIDIA/open-gpu-kernel-modules
std::vector<std::string> parse_driver_complaints(std::string_view log);

/// Reads every log that was recorded (`dmesg`, `journalctl -k`, /var/log/kern.log …). Sets kernel_log_says, which is
/// unknown where the log may not be read, xids, recovery_action and recovery_needed of each device, and
/// xids_elsewhere: those of addresses at which no device is; and, also by what nvidia-smi and modprobe print, which GPU
/// the driver ignores (ignored_by_driver) and the last branch that knows it; stays_in_d3cold of a device that does not
/// come back from that power state.
void read_kernel_log(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
