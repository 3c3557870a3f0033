#include <cstring>
#include <nlohmann/json.hpp>

#include "ask/nvml/nvml_api.hpp"

namespace rigfit::nvml {
namespace {

/// "00000000:01:00.0" → "0000:01:00.0", as sysfs writes it.
std::string sysfs_address(const char* bus_id) {
  std::string address(bus_id, ::strnlen(bus_id, sizeof PciInfo::bus_id));
  for (char& c : address)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  if (address.size() == 16 && address.starts_with("0000")) address.erase(0, 4);
  return address;
}

std::string name_of(const Nvml& nvml, Device handle, Status& status) {
  char name[128] = {};
  status = nvml.call("nvmlDeviceGetName", handle, static_cast<char*>(name), static_cast<unsigned>(sizeof name - 1));
  return status == success ? name : "";
}

// Before driver 510 only the first form exists, in which what the driver keeps for itself counts as used.
bool read_memory(const Nvml& nvml, Device handle, Json& device, bool is_instance) {
  MemoryV2 memory{};
  memory.version = version_word<MemoryV2>(2);
  Status status = nvml.call("nvmlDeviceGetMemoryInfo_v2", handle, &memory);
  if (status == success) {
    device["memory_total_bytes"] = memory.total;
    if (is_instance) return true;
    device["memory_reserved_bytes"] = memory.reserved;
    device["memory_free_bytes"] = memory.free;
    device["memory_used_bytes"] = memory.used;
    return true;
  }
  Memory first{};
  status = nvml.call("nvmlDeviceGetMemoryInfo", handle, &first);
  if (is_instance ? status != success : !worked(nvml, device, "memory", status)) return false;
  device["memory_total_bytes"] = first.total;
  if (is_instance) return true;
  device["memory_free_bytes"] = first.free;
  device["memory_used_bytes"] = first.used;
  return true;
}

void read_mig(const Nvml& nvml, Device handle, Json& device) {
  unsigned current = 0, pending = 0;
  if (!worked(nvml, device, "mig", nvml.call("nvmlDeviceGetMigMode", handle, &current, &pending))) return;
  Json mig{{"current", current == 1}, {"pending", pending == 1}};
  unsigned count = 0;
  if (current == 1 && nvml.call("nvmlDeviceGetMaxMigDeviceCount", handle, &count) == success) {
    mig["devices"] = Json::array();
    for (unsigned n = 0; n < count && n < 64; ++n) {
      Device instance = nullptr;  // at an index without an instance: not found
      if (nvml.call("nvmlDeviceGetMigDeviceHandleByIndex", handle, n, &instance) != success) continue;
      Json one = Json::object();
      Status status = success;
      if (std::string name = name_of(nvml, instance, status); status == success) one["name"] = std::move(name);
      read_memory(nvml, instance, one, true);
      mig["devices"].push_back(std::move(one));
    }
  }
  device["mig"] = std::move(mig);
}

void read_memory_health(const Nvml& nvml, Device handle, Json& device) {
  int current = 0, pending = 0;
  if (worked(nvml, device, "ecc", nvml.call("nvmlDeviceGetEccMode", handle, &current, &pending))) {
    device["ecc"] = Json{{"current", current == 1}, {"pending", pending == 1}};
    unsigned long long uncorrected = 0;
    constexpr int uncorrected_errors = 1, since_the_driver_was_loaded = 0;
    if (nvml.call("nvmlDeviceGetTotalEccErrors", handle, uncorrected_errors, since_the_driver_was_loaded,
                  &uncorrected) == success)
      device["ecc"]["uncorrected_volatile"] = uncorrected;
  }
  unsigned correctable = 0, uncorrectable = 0, is_pending = 0, failure = 0;
  if (nvml.call("nvmlDeviceGetRemappedRows", handle, &correctable, &uncorrectable, &is_pending, &failure) == success)
    device["remapped_rows"] = Json{{"correctable", correctable},
                                   {"uncorrectable", uncorrectable},
                                   {"pending", is_pending != 0},
                                   {"failure", failure != 0}};
  // Before Ampere there are no rows to remap, but pages to retire.
  int pages_pending = 0;
  if (nvml.call("nvmlDeviceGetRetiredPagesPendingStatus", handle, &pages_pending) == success)
    device["retired_pages_pending"] = pages_pending == 1;
}

void read_use(const Nvml& nvml, Device handle, Json& device) {
  int mode = 0;
  if (worked(nvml, device, "compute_mode", nvml.call("nvmlDeviceGetComputeMode", handle, &mode))) {
    constexpr const char* names[] = {"default", "exclusive_thread", "prohibited", "exclusive_process"};
    if (mode >= 0 && mode < 4) device["compute_mode"] = names[mode];
  }
  // With room for none, it tells how many there are and that this is too little. Who they are is not asked.
  unsigned processes = 0;
  Status status = function_not_found;
  for (const char* symbol : {"nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2"})
    if (status == function_not_found) {
      processes = 0;
      status = nvml.call(symbol, handle, &processes, static_cast<void*>(nullptr));
    }
  if (status == success || status == insufficient_size) device["compute_processes"] = processes;
  int persistence = 0;
  if (nvml.call("nvmlDeviceGetPersistenceMode", handle, &persistence) == success)
    device["persistence_mode"] = persistence == 1;
  unsigned milliwatt = 0;
  if (nvml.call("nvmlDeviceGetEnforcedPowerLimit", handle, &milliwatt) == success)
    device["power_limit_milliwatt"] = milliwatt;
  if (nvml.call("nvmlDeviceGetPowerManagementDefaultLimit", handle, &milliwatt) == success)
    device["power_limit_default_milliwatt"] = milliwatt;
}

}  // namespace

bool worked(const Nvml& nvml, Json& device, const char* what, Status status) {
  if (status == success) return true;
  if (status != not_supported && status != not_found && status != function_not_found) {
    device["errors"][what] = nvml.text_of(status);
    device["error_codes"][what] = status;
  }
  return false;
}

Json read_device(const Nvml& nvml, Device handle) {
  Json device = Json::object();
  Status status = success;
  std::string name = name_of(nvml, handle, status);
  if (worked(nvml, device, "name", status)) device["name"] = std::move(name);
  PciInfo pci{};
  if (worked(nvml, device, "pci", nvml.call("nvmlDeviceGetPciInfo_v3", handle, &pci)))
    device["pci_address"] = sysfs_address(pci.bus_id);
  unsigned minor_number = 0;  // /dev/nvidiaN, which is neither the index here nor CUDA's
  if (nvml.call("nvmlDeviceGetMinorNumber", handle, &minor_number) == success) device["minor"] = minor_number;
  read_memory(nvml, handle, device, false);
  int major = 0, minor = 0;
  if (worked(nvml, device, "compute_capability",
             nvml.call("nvmlDeviceGetCudaComputeCapability", handle, &major, &minor)))
    device["compute_capability"] = std::to_string(major) + "." + std::to_string(minor);
  unsigned node = 0;  // where the GPU's own memory is a NUMA node of the host (GH200, GB200)
  if (nvml.call("nvmlDeviceGetNumaNodeId", handle, &node) == success) device["memory_numa_node"] = node;
  read_use(nvml, handle, device);
  read_mig(nvml, handle, device);
  read_memory_health(nvml, handle, device);
  read_links(nvml, handle, device);
  read_virtualization(nvml, handle, device);
  return device;
}

}  // namespace rigfit::nvml
