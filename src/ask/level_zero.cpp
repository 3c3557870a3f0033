#include "ask/level_zero.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ask/level_zero_api.hpp"
#include "ask/library.hpp"

namespace rigfit {
namespace {

using namespace level_zero;
using Json = nlohmann::ordered_json;

constexpr std::uint32_t most_items = 256;

// ze_result_t, those that tell something about a machine.
std::string text_of(Result result) {
  switch (result) {
    case 0x1:
      return "not ready";
    case 0x70000001:
      return "device lost";
    case 0x70000002:
      return "out of host memory";
    case 0x70000003:
      return "out of device memory";
    case 0x70010000:
      return "insufficient permissions";
    case 0x70010001:
      return "not available";
    case 0x70020000:
      return "a library it needs is missing";
    case 0x78000001:
      return "uninitialized: no driver for a device was found";
    case 0x78000003:
      return "unsupported feature";
    case 0x78000020:
      return "the device is in survivability mode: its firmware needs an update";
    case 0x7ffffffe:
      return "unknown error";
    default:
      return "error";
  }
}

constexpr Result unsupported_feature = 0x78000003;

template <std::size_t size>
std::string text_in(const char (&text)[size]) {
  return std::string(text, ::strnlen(text, size));
}

std::string hexadecimal(std::uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%04x", number);
  return text;
}

std::string address_text(const PciAddress& address) {
  char text[48];
  std::snprintf(text, sizeof text, "%04x:%02x:%02x.%x", address.domain, address.bus, address.device, address.function);
  return text;
}

/// Notes an error that says more than "this device has no such thing".
void note(Json& device, const char* what, Result result) {
  if (result != success && result != unsupported_feature) device["errors"][what] = text_of(result);
}

Json error_json(const char* call, Result result) {
  return Json{{"call", call}, {"code", result}, {"text", text_of(result)}};
}

/// The two calls of every list: how many, then those; `each` is what the second begins with, such as a structure that
/// bears its type. Empty when a call fails.
template <class Item, class Call>
Result list_all(const Call& call, std::vector<Item>& items, const Item& each = {}) {
  items.clear();
  std::uint32_t count = 0;
  if (const Result result = call(&count, nullptr); result != success || count == 0) return result;
  items.assign(std::min(count, most_items), each);
  count = static_cast<std::uint32_t>(items.size());
  const Result result = call(&count, items.data());
  items.resize(result == success ? std::min<std::size_t>(count, items.size()) : 0);
  return result;
}

Json describe(const DeviceProperties& properties) {
  Json device;
  if (const std::string name = text_in(properties.name); !name.empty()) device["name"] = name;
  device["type"] = properties.type == gpu_type ? "gpu" : properties.type == npu_type ? "npu" : "other";
  device["vendor_id"] = properties.vendor_id;
  device["pci_device"] = hexadecimal(properties.device_id);
  device["integrated"] = (properties.flags & is_integrated) != 0;
  return device;
}

void add_sysman_memory(const Library& library, Handle handle, Json& device) {
  auto* list = library.find<Result(Handle, std::uint32_t*, Handle*)>("zesDeviceEnumMemoryModules");
  auto* properties_of = library.find<Result(Handle, SysmanMemoryProperties*)>("zesMemoryGetProperties");
  auto* state_of = library.find<Result(Handle, SysmanMemoryState*)>("zesMemoryGetState");
  if (!list || !state_of) return;
  std::vector<Handle> modules;
  const Result listed = list_all([&](std::uint32_t* count, Handle* out) { return list(handle, count, out); }, modules);
  note(device, "memory", listed);
  std::uint64_t total = 0, free = 0;
  for (const Handle module : modules) {
    SysmanMemoryProperties properties;
    if (properties_of && properties_of(module, &properties) == success && properties.location != memory_in_device)
      continue;
    SysmanMemoryState state;
    if (const Result result = state_of(module, &state); result != success) {
      note(device, "memory", result);
      return;
    }
    total += state.bytes != 0 ? state.bytes : properties.physical_bytes;
    free += state.free_bytes;
  }
  if (total == 0) return;
  device["memory_total_bytes"] = total;
  device["memory_free_bytes"] = free;
}

Json sysman_device(const Library& library, Handle handle) {
  SysmanDeviceProperties properties;
  auto* properties_of = library.find<Result(Handle, SysmanDeviceProperties*)>("zesDeviceGetProperties");
  if (!properties_of) return Json::object();
  if (const Result result = properties_of(handle, &properties); result != success)
    return Json{{"errors", {{"properties", text_of(result)}}}};
  Json device = describe(properties.core);
  if (const std::string version = text_in(properties.driver_version); !version.empty() && version != "unknown")
    device["driver_version"] = version;
  if (auto* pci_of = library.find<Result(Handle, SysmanPciProperties*)>("zesDevicePciGetProperties")) {
    SysmanPciProperties pci;
    const Result result = pci_of(handle, &pci);
    note(device, "pci", result);
    if (result == success) device["pci_address"] = address_text(pci.address);
  }
  add_sysman_memory(library, handle, device);
  return device;
}

void add_core_memory(const Library& library, Handle handle, Json& device) {
  auto* memory_of = library.find<Result(Handle, std::uint32_t*, MemoryProperties*)>("zeDeviceGetMemoryProperties");
  if (!memory_of) return;
  std::vector<MemoryProperties> all;
  note(device, "memory",
       list_all([&](std::uint32_t* count, MemoryProperties* out) { return memory_of(handle, count, out); }, all));
  std::uint64_t total = 0;
  for (const MemoryProperties& one : all) total += one.bytes;
  if (total != 0) device["memory_total_bytes"] = total;
}

Json core_device(const Library& library, Handle handle) {
  auto* properties_of = library.find<Result(Handle, DeviceProperties*)>("zeDeviceGetProperties");
  if (!properties_of) return Json::object();
  IpVersion ip;
  DeviceProperties properties;
  properties.next = &ip;
  Result result = properties_of(handle, &properties);
  if (result != success) {  // a driver older than the extension need not skip what it does not know
    properties = {};
    ip.version = 0;
    result = properties_of(handle, &properties);
  }
  if (result != success) return Json{{"errors", {{"properties", text_of(result)}}}};
  Json device = describe(properties);
  if (ip.version != 0)
    device["ip_version"] = std::to_string(ip.version >> 22) + "." + std::to_string(ip.version >> 14 & 0xff) + "." +
                           std::to_string(ip.version & 0x3f);
  if (auto* pci_of = library.find<Result(Handle, PciProperties*)>("zeDevicePciGetPropertiesExt")) {
    PciProperties pci;
    const Result got = pci_of(handle, &pci);
    note(device, "pci", got);
    if (got == success) device["pci_address"] = address_text(pci.address);
  }
  add_core_memory(library, handle, device);
  return device;
}

/// The devices of all drivers; `error` is set when a list cannot be had.
template <class ListDrivers, class ListDevices, class Read>
void add_devices(const char* driver_call, const ListDrivers& list_drivers, const char* device_call,
                 const ListDevices& list_devices, const Read& read, Json& answer) {
  std::vector<Handle> drivers;
  if (const Result result = list_all(list_drivers, drivers); result != success) {
    answer["error"] = error_json(driver_call, result);
    return;
  }
  answer["devices"] = Json::array();
  for (const Handle driver : drivers) {
    std::vector<Handle> devices;
    const Result result =
        list_all([&](std::uint32_t* count, Handle* out) { return list_devices(driver, count, out); }, devices);
    // One driver that fails must not hide another's devices.
    if (result != success) answer["error"] = error_json(device_call, result);
    for (const Handle device : devices) answer["devices"].push_back(read(device));
  }
}

int ask_sysman(const Library& library, Json& answer) {
  auto* init = library.find<Result(std::uint32_t)>("zesInit");
  auto* drivers = library.find<Result(std::uint32_t*, Handle*)>("zesDriverGet");
  auto* devices = library.find<Result(Handle, std::uint32_t*, Handle*)>("zesDeviceGet");
  answer["interface"] = "sysman";
  if (!init || !drivers || !devices) return print_answer(answer);  // before release 1.5 of the specification
  if (const Result result = init(0); result != success)
    answer["error"] = error_json("zesInit", result);
  else
    add_devices(
        "zesDriverGet", drivers, "zesDeviceGet", devices, [&](Handle device) { return sysman_device(library, device); },
        answer);
  return print_answer(answer);
}

int ask_core(const Library& library, Json& answer) {
  auto* devices = library.find<Result(Handle, std::uint32_t*, Handle*)>("zeDeviceGet");
  if (!devices) return library.report_missing("zeDeviceGet");
  answer["interface"] = "core";
  const auto read = [&](Handle device) { return core_device(library, device); };
  InitDriverType type;
  if (auto* init_drivers = library.find<Result(std::uint32_t*, Handle*, InitDriverType*)>("zeInitDrivers")) {
    const auto list = [&](std::uint32_t* count, Handle* out) { return init_drivers(count, out, &type); };
    add_devices("zeInitDrivers", list, "zeDeviceGet", devices, read, answer);
    return print_answer(answer);
  }
  auto* init = library.find<Result(std::uint32_t)>("zeInit");
  auto* drivers = library.find<Result(std::uint32_t*, Handle*)>("zeDriverGet");
  if (!init || !drivers) return library.report_missing(init ? "zeDriverGet" : "zeInit");
  if (const Result result = init(init_gpu_only); result != success)
    answer["error"] = error_json("zeInit", result);
  else
    add_devices("zeDriverGet", drivers, "zeDeviceGet", devices, read, answer);
  return print_answer(answer);
}

}  // namespace

int ask_level_zero(const Words& arguments) {
  Library library;
  if (!library.load({"libze_loader.so.1"})) return library.report_failure();
  // What every release has; a file without it is something else.
  if (!library.find<Result(std::uint32_t)>("zeInit")) return library.report_missing("zeInit");
  Json answer{{"library", library.name()}};
  const bool wants_core = !arguments.empty() && arguments.front() == "core";
  return wants_core ? ask_core(library, answer) : ask_sysman(library, answer);
}

}  // namespace rigfit
