#include "ask/level_zero/level_zero.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ask/level_zero/level_zero_api.hpp"
#include "ask/level_zero/level_zero_lists.hpp"
#include "ask/library.hpp"

namespace rigfit {
namespace {

using namespace level_zero;
using Json = nlohmann::ordered_json;

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

/// Notes an error that says more than "this device has no such thing".
void note(Json& device, const char* what, Result result) {
  if (result != success && result != unsupported_feature) device["errors"][what] = text_of(result);
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

template <class Properties>
void add_address(const Library& library, const char* symbol, Handle handle, Json& device) {
  auto* properties_of = library.find<Result(Handle, Properties*)>(symbol);
  if (!properties_of) return;
  Properties pci;
  const Result result = properties_of(handle, &pci);
  note(device, "pci", result);
  if (result == success) device["pci_address"] = address_text(pci.address);
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
  add_address<SysmanPciProperties>(library, "zesDevicePciGetProperties", handle, device);
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
  add_address<PciProperties>(library, "zeDevicePciGetPropertiesExt", handle, device);
  add_core_memory(library, handle, device);
  return device;
}

/// The devices of all drivers.
template <class ListDevices, class Read>
void add_devices(const std::vector<Handle>& drivers, const char* call, const ListDevices& list_devices,
                 const Read& read, Json& answer) {
  answer["devices"] = Json::array();
  for (const Handle driver : drivers) {
    std::vector<Handle> devices;
    const Result result =
        list_all([&](std::uint32_t* count, Handle* out) { return list_devices(driver, count, out); }, devices);
    // One driver that fails must not hide another's devices.
    if (result != success) answer["error"] = error_json(call, result);
    for (const Handle device : devices) answer["devices"].push_back(read(device));
  }
}

int ask_sysman(const Library& library, Json& answer) {
  auto* init = library.find<Result(std::uint32_t)>("zesInit");
  auto* drivers = library.find<Result(std::uint32_t*, Handle*)>("zesDriverGet");
  auto* devices = library.find<Result(Handle, std::uint32_t*, Handle*)>("zesDeviceGet");
  answer["interface"] = "sysman";
  if (!init || !drivers || !devices) return print_answer(answer);  // before release 1.5 of the specification
  std::vector<Handle> found;
  if (const Result result = init(0); result != success)
    answer["error"] = error_json("zesInit", result);
  else if (const Result listed = list_all(drivers, found); listed != success)
    answer["error"] = error_json("zesDriverGet", listed);
  else
    add_devices(
        found, "zesDeviceGet", devices, [&](Handle device) { return sysman_device(library, device); }, answer);
  return print_answer(answer);
}

int ask_core(const Library& library, Json& answer) {
  auto* devices = library.find<Result(Handle, std::uint32_t*, Handle*)>("zeDeviceGet");
  if (!devices) return library.report_missing("zeDeviceGet");
  answer["interface"] = "core";
  std::vector<Handle> drivers;
  const Started started = start(library, drivers);
  if (started.result == not_there) return library.report_missing(started.call);
  if (started.result != success)
    answer["error"] = error_json(started.call, started.result);
  else
    add_devices(
        drivers, "zeDeviceGet", devices, [&](Handle device) { return core_device(library, device); }, answer);
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
