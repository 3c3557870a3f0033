#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// One Xid that the driver wrote into the kernel's log. https://docs.nvidia.com/deploy/xid-errors/
struct Xid {
  std::string pci_address;  ///< "0000:2b:00.0"; the driver leaves the function out, and rigfit adds .0
  std::int64_t number = 0;
};

/// NVRM: Xid (PCI:0000:2b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
std::vector<Xid> parse_xids(std::string_view log);

/// What else the driver complained of: init_failed, open_module_unsupported, branch_unsupported, vgpu_unsupported,
/// version_mismatch, module_unsigned, module_rejected, probe_not_called. Texts: kernel-open/nvidia/nv.c and
/// src/nvidia/arch/nvoc of https://github.com/NVIDIA/open-gpu-kernel-modules
std::vector<std::string> parse_driver_complaints(std::string_view log);

/// The kernel's log where it may be read, else the same by dmesg or journald: of its lines only those that are
/// understood, since they also hold serial numbers and names of processes. For machines on which something is wrong.
Requests kernel_log_requests();

/// Reads every log that was recorded (`dmesg`, `journalctl -k`, /var/log/kern.log …). Sets kernel_log_says, which is
/// unknown where the log may not be read, and xids of each device.
void read_kernel_log(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
