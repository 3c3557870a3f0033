#include "ask/nvml.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

// The part of NVML's interface that is used, as its reference describes it: https://docs.nvidia.com/deploy/nvml-api/
using Status = int;  // nvmlReturn_t
constexpr Status success = 0, not_supported = 3, not_found = 6;
using DeviceHandle = void*;

struct PciInfo {  // nvmlPciInfo_t of the _v3 call
  char legacy_bus_id[16];
  unsigned domain, bus, device, pci_device_id, pci_subsystem_id;
  char bus_id[32];
};
struct Memory {  // nvmlMemory_t
  unsigned long long total, free, used;
};

class Nvml {
 public:
  bool load() {
    for (const char* name : {"libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1"}) {
      library_ = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (library_) {
        name_ = std::strrchr(name, '/') ? std::strrchr(name, '/') + 1 : name;
        return true;
      }
      if (const char* why = ::dlerror()) {
        // "No such file" of the last place must not hide that the first one is there and broken.
        if (why_.empty() || std::strstr(why_.c_str(), "No such file")) why_ = why;
      }
    }
    return false;
  }
  const std::string& name() const { return name_; }
  const std::string& why() const { return why_; }
  bool is_missing() const { return why_.find("No such file") != std::string::npos; }

  template <class Function>
  Function* find(const char* symbol) const {
    return reinterpret_cast<Function*>(::dlsym(library_, symbol));
  }

  std::string text_of(Status status) const {
    auto* error_string = find<const char*(Status)>("nvmlErrorString");
    const char* text = error_string ? error_string(status) : nullptr;
    return text ? text : "error " + std::to_string(status);
  }

 private:
  void* library_ = nullptr;
  std::string name_, why_;
};

/// "00000000:01:00.0" → "0000:01:00.0", as sysfs writes it.
std::string sysfs_address(const char* bus_id) {
  std::string address(bus_id, ::strnlen(bus_id, 32));
  for (char& c : address)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  if (address.size() == 16 && address.starts_with("0000")) address.erase(0, 4);
  return address;
}

/// Notes an error that says more than "this device has no such thing".
void note(const Nvml& nvml, Json& device, const char* what, Status status) {
  if (status != success && status != not_supported && status != not_found)
    device["errors"][what] = nvml.text_of(status);
}

void read_mig(const Nvml& nvml, DeviceHandle handle, Json& device) {
  auto* mode = nvml.find<Status(DeviceHandle, unsigned*, unsigned*)>("nvmlDeviceGetMigMode");
  if (!mode) return;
  unsigned current = 0, pending = 0;
  const Status status = mode(handle, &current, &pending);
  if (status != success) return note(nvml, device, "mig", status);
  Json mig{{"current", current == 1}, {"pending", pending == 1}};
  auto* most = nvml.find<Status(DeviceHandle, unsigned*)>("nvmlDeviceGetMaxMigDeviceCount");
  auto* part = nvml.find<Status(DeviceHandle, unsigned, DeviceHandle*)>("nvmlDeviceGetMigDeviceHandleByIndex");
  auto* get_name = nvml.find<Status(DeviceHandle, char*, unsigned)>("nvmlDeviceGetName");
  auto* get_memory = nvml.find<Status(DeviceHandle, Memory*)>("nvmlDeviceGetMemoryInfo");
  unsigned count = 0;
  if (current == 1 && most && part && most(handle, &count) == success) {
    mig["devices"] = Json::array();
    for (unsigned n = 0; n < count && n < 64; ++n) {
      DeviceHandle instance = nullptr;
      if (part(handle, n, &instance) != success) continue;
      Json one = Json::object();
      char name[128] = {};
      if (get_name && get_name(instance, name, sizeof name - 1) == success) one["name"] = name;
      Memory memory{};
      if (get_memory && get_memory(instance, &memory) == success) one["memory_total_bytes"] = memory.total;
      mig["devices"].push_back(std::move(one));
    }
  }
  device["mig"] = std::move(mig);
}

void read_ecc(const Nvml& nvml, DeviceHandle handle, Json& device) {
  auto* mode = nvml.find<Status(DeviceHandle, unsigned*, unsigned*)>("nvmlDeviceGetEccMode");
  unsigned current = 0, pending = 0;
  if (mode) {
    const Status status = mode(handle, &current, &pending);
    note(nvml, device, "ecc", status);
    if (status == success) device["ecc"] = Json{{"current", current == 1}, {"pending", pending == 1}};
  }
  auto* errors = nvml.find<Status(DeviceHandle, int, int, unsigned long long*)>("nvmlDeviceGetTotalEccErrors");
  unsigned long long uncorrected = 0;
  if (errors && device.contains("ecc") && errors(handle, 1, 0, &uncorrected) == success)
    device["ecc"]["uncorrected_volatile"] = uncorrected;
  auto* rows = nvml.find<Status(DeviceHandle, unsigned*, unsigned*, unsigned*, unsigned*)>("nvmlDeviceGetRemappedRows");
  unsigned correctable = 0, uncorrectable = 0, is_pending = 0, failure = 0;
  if (rows && rows(handle, &correctable, &uncorrectable, &is_pending, &failure) == success)
    device["remapped_rows"] = Json{{"correctable", correctable},
                                   {"uncorrectable", uncorrectable},
                                   {"pending", is_pending != 0},
                                   {"failure", failure != 0}};
}

Json read_device(const Nvml& nvml, DeviceHandle handle, unsigned index) {
  Json device{{"index", index}};
  char name[128] = {};
  if (auto* get = nvml.find<Status(DeviceHandle, char*, unsigned)>("nvmlDeviceGetName")) {
    const Status status = get(handle, name, sizeof name - 1);
    if (status == success) device["name"] = name;
    note(nvml, device, "name", status);
  }
  PciInfo pci{};
  if (auto* get = nvml.find<Status(DeviceHandle, PciInfo*)>("nvmlDeviceGetPciInfo_v3")) {
    const Status status = get(handle, &pci);
    if (status == success) device["pci_address"] = sysfs_address(pci.bus_id);
    note(nvml, device, "pci", status);
  }
  Memory memory{};
  if (auto* get = nvml.find<Status(DeviceHandle, Memory*)>("nvmlDeviceGetMemoryInfo")) {
    const Status status = get(handle, &memory);
    note(nvml, device, "memory", status);
    if (status == success) {
      device["memory_total_bytes"] = memory.total;
      device["memory_free_bytes"] = memory.free;
      device["memory_used_bytes"] = memory.used;
    }
  }
  int major = 0, minor = 0;
  if (auto* get = nvml.find<Status(DeviceHandle, int*, int*)>("nvmlDeviceGetCudaComputeCapability")) {
    const Status status = get(handle, &major, &minor);
    note(nvml, device, "compute_capability", status);
    if (status == success) device["compute_capability"] = std::to_string(major) + "." + std::to_string(minor);
  }
  int mode = 0;
  if (auto* get = nvml.find<Status(DeviceHandle, int*)>("nvmlDeviceGetComputeMode");
      get && get(handle, &mode) == success) {
    const char* names[] = {"default", "exclusive_thread", "prohibited", "exclusive_process"};
    if (mode >= 0 && mode < 4) device["compute_mode"] = names[mode];
  }
  int persistence = 0;
  if (auto* get = nvml.find<Status(DeviceHandle, int*)>("nvmlDeviceGetPersistenceMode");
      get && get(handle, &persistence) == success)
    device["persistence_mode"] = persistence == 1;
  read_mig(nvml, handle, device);
  read_ecc(nvml, handle, device);
  return device;
}

Json error_json(const Nvml& nvml, const char* call, Status status) {
  return Json{{"call", call}, {"code", status}, {"text", nvml.text_of(status)}};
}

}  // namespace

int ask_nvml() {
  Nvml nvml;
  if (!nvml.load()) {
    std::fprintf(stderr, "%s\n", nvml.why().c_str());
    return nvml.is_missing() ? 3 : 4;
  }
  auto* init = nvml.find<Status()>("nvmlInit_v2");
  auto* count_of = nvml.find<Status(unsigned*)>("nvmlDeviceGetCount_v2");
  auto* handle_of = nvml.find<Status(unsigned, DeviceHandle*)>("nvmlDeviceGetHandleByIndex_v2");
  const char* missing = !init        ? "nvmlInit_v2"
                        : !count_of  ? "nvmlDeviceGetCount_v2"
                        : !handle_of ? "nvmlDeviceGetHandleByIndex_v2"
                                     : nullptr;
  if (missing) {
    std::fprintf(stderr, "%s has no function %s\n", nvml.name().c_str(), missing);
    return 4;
  }

  Json answer{{"library", nvml.name()}};
  if (const Status status = init(); status != success) {
    answer["error"] = error_json(nvml, "nvmlInit_v2", status);
  } else {
    char text[96] = {};
    if (auto* get = nvml.find<Status(char*, unsigned)>("nvmlSystemGetDriverVersion");
        get && get(text, sizeof text - 1) == success)
      answer["driver_version"] = text;
    if (auto* get = nvml.find<Status(char*, unsigned)>("nvmlSystemGetNVMLVersion");
        get && get(text, sizeof text - 1) == success)
      answer["nvml_version"] = text;
    int cuda = 0;  // 13000 is 13.0
    if (auto* get = nvml.find<Status(int*)>("nvmlSystemGetCudaDriverVersion_v2"); get && get(&cuda) == success)
      answer["cuda_version"] = std::to_string(cuda / 1000) + "." + std::to_string(cuda % 1000 / 10);
    unsigned count = 0;
    if (const Status counted = count_of(&count); counted != success) {
      answer["error"] = error_json(nvml, "nvmlDeviceGetCount_v2", counted);
    } else {
      answer["device_count"] = count;
      answer["devices"] = Json::array();
      for (unsigned n = 0; n < count && n < 1024; ++n) {
        DeviceHandle handle = nullptr;
        const Status got = handle_of(n, &handle);
        // One lost device must not hide the others.
        answer["devices"].push_back(got == success ? read_device(nvml, handle, n)
                                                   : Json{{"index", n}, {"errors", {{"handle", nvml.text_of(got)}}}});
      }
    }
    if (auto* shutdown = nvml.find<Status()>("nvmlShutdown")) shutdown();
  }
  // What a driver calls a name need not be UTF-8.
  const std::string text = answer.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace rigfit
