#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/device_table.hpp"
#include "probes/layers/node_access.hpp"
#include "probes/pci/pci.hpp"
#include "probes/rocm/layers.hpp"

namespace rigfit {

/// AMD's functions on the bus that are graphics or compute.
bool is_amd_gpu(const PciDevice& device);
std::vector<PciDevice> amd_gpus_on_bus(const Evidence& evidence);

/// "yes", "absent" or "denied", as kfd_node and render_node say it; empty where it is none of these, or unknown.
std::string node_word(NodeProblem problem);

/// Whether this user is in the group `gid`: "session", "listed" (in /etc/group, and the session is older) or "no".
/// Empty where the groups were not asked for.
std::optional<std::string> membership_in(const Evidence& evidence, std::int64_t gid);

/// The GPUs of bus, KFD and tools, each once, with their facts. Those of KFD come first, in the runtime's order.
void read_rocm_devices(const Evidence& evidence, const RocmSeen& seen, const DeviceTable& table, Platform& platform);

/// The facts of the platform as a whole; after its devices.
void read_rocm_platform(const Evidence& evidence, const RocmSeen& seen, Platform& platform);

}  // namespace rigfit
