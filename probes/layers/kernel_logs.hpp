#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/evidence.hpp"
#include "evidence/request.hpp"

namespace rigfit {

/// The kernel's log where it may be read, else the same by dmesg or journald: of its lines only those that some probe
/// understands, since they also hold serial numbers and names of processes. For machines on which something is wrong.
/// Whichever probe asks first decides what is kept, so that it is the same for all.
Requests kernel_log_requests();

/// Every log of the kernel that was recorded: /dev/kmsg, `dmesg`, `journalctl -k`, /var/log/kern.log …
struct KernelLogs {
  std::vector<std::pair<std::string, std::string_view>> read;  ///< the keys of their answers, and what they hold
  std::vector<std::string> refused;                            ///< keys of those that this user may not read
  std::string why;
};
KernelLogs kernel_logs(const Evidence& evidence);

/// A log may reach back over several starts of the machine: what it holds since the last one.
std::string_view since_last_boot(std::string_view log);

}  // namespace rigfit
