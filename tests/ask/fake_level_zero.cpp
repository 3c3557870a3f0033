// Plays libze_loader.so.1, as script.hpp says: "devices=2", "npu" (a second driver with an NPU), "integrated",
// "strict" (a driver that refuses a chained structure), "name=binary"; for proofs "idle", "wrong" and "bad-module".
// Each call checks the type of the structure that it is to fill, as drivers do. WITHOUT_SYSMAN and WITHOUT_INIT_DRIVERS
// leave out what older loaders lack, WITHOUT_INIT what all have.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "ask/level_zero/level_zero_api.hpp"
#include "ask/script.hpp"
#include "ask/spirv_machine.hpp"

using namespace rigfit::level_zero;
using fake::enter, fake::number, fake::word;

namespace {

constexpr Result unsupported_version = 0x78000002;

int drivers[2], devices[512], modules[2];
fake::SpirvMachine machine;
std::uint32_t group = 0;
std::uint32_t* argument = nullptr;
long index_of(const void* handle) { return static_cast<const int*>(handle) - devices; }
bool is_npu(const void* handle) { return handle == &devices[500]; }

Result list(std::uint32_t* count, Handle* out, int* first, std::uint32_t there) {
  if (!out) return *count = there, success;
  if (*count > there) *count = there;
  for (std::uint32_t n = 0; n < *count; ++n) out[n] = first + n;
  return success;
}

Result list_drivers(std::uint32_t* count, Handle* out) {
  return list(count, out, drivers, word("npu").empty() ? 1 : 2);
}

Result list_devices(Handle driver, std::uint32_t* count, Handle* out) {
  if (driver == &drivers[1]) return list(count, out, &devices[500], 1);
  return list(count, out, devices, static_cast<std::uint32_t>(number("devices", 1)));
}

void fill(const void* handle, DeviceProperties& properties) {
  properties.type = is_npu(handle) ? npu_type : gpu_type;
  properties.vendor_id = 0x8086;
  properties.device_id = is_npu(handle) ? 0x7d1d : 0x56a0;
  properties.flags = word("integrated").empty() ? 0 : is_integrated;
  std::strcpy(properties.name, word("name") == "binary" ? "caf\xe9" : "Intel(R) Arc(TM) A770 Graphics");
}

void fill(const void* handle, PciAddress& address) {
  address.bus = 3 + static_cast<std::uint32_t>(index_of(handle) % 200);
}

}  // namespace

extern "C" {
#ifndef WITHOUT_INIT
Result zeInit(std::uint32_t flags) {
  return flags == init_gpu_only ? static_cast<Result>(enter("zeInit")) : 0x78000004;
}
#endif
Result zeDriverGet(std::uint32_t* count, Handle* out) {
  if (const int status = enter("zeDriverGet")) return static_cast<Result>(status);
  return list_drivers(count, out);
}
#ifndef WITHOUT_INIT_DRIVERS
Result zeInitDrivers(std::uint32_t* count, Handle* out, InitDriverType* type) {
  if (type->type_of_structure != 0x00020021 || type->flags == 0) return unsupported_version;
  if (const int status = enter("zeInitDrivers")) return static_cast<Result>(status);
  return list_drivers(count, out);
}
#endif
Result zeDeviceGet(Handle driver, std::uint32_t* count, Handle* out) {
  if (const int status = enter("zeDeviceGet", driver == &drivers[1])) return static_cast<Result>(status);
  return list_devices(driver, count, out);
}
Result zeDeviceGetProperties(Handle device, DeviceProperties* properties) {
  if (properties->type_of_structure != 0x3) return unsupported_version;
  if (const int status = enter("zeDeviceGetProperties", index_of(device))) return static_cast<Result>(status);
  if (properties->next) {
    auto* ip = static_cast<IpVersion*>(properties->next);
    if (ip->type_of_structure != 0x1000f || !word("strict").empty()) return unsupported_version;
    ip->version = 12u << 22 | 55u << 14 | 8u;
  }
  fill(device, *properties);
  return success;
}
Result zeDeviceGetMemoryProperties(Handle, std::uint32_t* count, MemoryProperties* out) {
  if (!out) return *count = 1, success;
  if (out->type_of_structure != 0x7) return unsupported_version;
  out->bytes = 17179869184ULL;
  return success;
}
Result zeDevicePciGetPropertiesExt(Handle device, PciProperties* properties) {
  if (properties->type_of_structure != 0x10008) return unsupported_version;
  fill(device, properties->address);
  return success;
}
#ifndef WITHOUT_COMPUTE
Result zeContextCreate(Handle, const ContextDescription* context, Handle* out) {
  if (context->type_of_structure != 0xd) return unsupported_version;
  *out = &drivers[0];
  return static_cast<Result>(enter("zeContextCreate"));
}
// The first group only copies, as on GPUs that have a queue for that.
Result zeDeviceGetCommandQueueGroupProperties(Handle, std::uint32_t* count, QueueGroup* out) {
  if (!out) return *count = 2, success;
  for (std::uint32_t n = 0; n < *count; ++n) {
    if (out[n].type_of_structure != 0x6) return unsupported_version;
    out[n].flags = n == 0 ? 2 : 3;
    out[n].queues = 1;
  }
  return success;
}
Result zeCommandListCreateImmediate(Handle, Handle, const QueueDescription* queue, Handle* out) {
  if (queue->type_of_structure != 0xe || queue->ordinal != 1 || queue->mode != asynchronous) return unsupported_version;
  *out = &drivers[0];
  return static_cast<Result>(enter("zeCommandListCreateImmediate"));
}
Result zeModuleCreate(Handle, Handle, const ModuleDescription* module, Handle* out, Handle* log) {
  if (module->type_of_structure != 0x1b || module->format != 0 || module->size % 4 != 0) return unsupported_version;
  if (const int status = enter("zeModuleCreate")) return static_cast<Result>(status);
  std::vector<std::uint32_t> words(module->size / 4);
  std::memcpy(words.data(), module->input, module->size);
  if (!word("bad-module").empty()) words.back() = 0;
  *out = *log = &machine;
  return machine.load(words) ? success : module_build_failure;
}
Result zeModuleBuildLogGetString(Handle, std::size_t* size, char* out) {
  *size = machine.why().size() + 1;
  if (out) std::memcpy(out, machine.why().c_str(), *size);
  return success;
}
Result zeKernelCreate(Handle, const KernelDescription* kernel, Handle* out) {
  if (kernel->type_of_structure != 0x1d) return unsupported_version;
  *out = &machine;
  return machine.kernel() == kernel->name ? success : 0x78000011;
}
Result zeMemAllocDevice(Handle, const DeviceMemoryDescription* memory, std::size_t size, std::size_t, Handle,
                        void** out) {
  if (memory->type_of_structure != 0x15) return unsupported_version;
  if (const int status = enter("zeMemAllocDevice")) return static_cast<Result>(status);
  *out = std::malloc(size);
  return success;
}
Result zeKernelSetGroupSize(Handle, std::uint32_t x, std::uint32_t, std::uint32_t) { return group = x, success; }
Result zeKernelSetArgumentValue(Handle, std::uint32_t, std::size_t, const void* value) {
  std::memcpy(&argument, value, sizeof argument);
  return success;
}
Result zeCommandListAppendMemoryCopy(Handle, void* to, const void* from, std::size_t size, Handle, std::uint32_t,
                                     Handle*) {
  std::memcpy(to, from, size);
  return success;
}
Result zeCommandListAppendBarrier(Handle, Handle, std::uint32_t, Handle*) { return success; }
Result zeCommandListAppendLaunchKernel(Handle, Handle, const GroupCount* count, Handle, std::uint32_t, Handle*) {
  if (const int status = enter("zeCommandListAppendLaunchKernel")) return static_cast<Result>(status);
  if (word("idle").empty()) machine.run(argument, count->x * group);
  if (!word("wrong").empty()) ++argument[count->x * group - 1];
  return success;
}
Result zeCommandListHostSynchronize(Handle, std::uint64_t) {
  return static_cast<Result>(enter("zeCommandListHostSynchronize"));
}
#endif
#ifndef WITHOUT_SYSMAN
Result zesInit(std::uint32_t) { return static_cast<Result>(enter("zesInit")); }
Result zesDriverGet(std::uint32_t* count, Handle* out) {
  if (const int status = enter("zesDriverGet")) return static_cast<Result>(status);
  return list_drivers(count, out);
}
Result zesDeviceGet(Handle driver, std::uint32_t* count, Handle* out) {
  if (const int status = enter("zesDeviceGet", driver == &drivers[1])) return static_cast<Result>(status);
  return list_devices(driver, count, out);
}
Result zesDeviceGetProperties(Handle device, SysmanDeviceProperties* properties) {
  if (properties->type_of_structure != 0x1 || properties->core.type_of_structure != 0x3) return unsupported_version;
  if (const int status = enter("zesDeviceGetProperties", index_of(device))) return static_cast<Result>(status);
  fill(device, properties->core);
  std::strcpy(properties->serial_number, "SECRET-SERIAL");
  std::strcpy(properties->driver_version, "1.6.31294");
  return success;
}
Result zesDevicePciGetProperties(Handle device, SysmanPciProperties* properties) {
  if (properties->type_of_structure != 0x2) return unsupported_version;
  fill(device, properties->address);
  return success;
}
Result zesDeviceEnumMemoryModules(Handle, std::uint32_t* count, Handle* out) { return list(count, out, modules, 2); }
// The second one is the host's: no memory of the card.
Result zesMemoryGetProperties(Handle module, SysmanMemoryProperties* properties) {
  if (properties->type_of_structure != 0xb) return unsupported_version;
  properties->location = module == &modules[0] ? memory_in_device : 0;
  properties->physical_bytes = 17179869184ULL;
  return success;
}
Result zesMemoryGetState(Handle, SysmanMemoryState* state) {
  if (state->type_of_structure != 0x1e) return unsupported_version;
  if (const int status = enter("zesMemoryGetState")) return static_cast<Result>(status);
  state->bytes = 17079205888ULL;
  state->free_bytes = 16000000000ULL;
  return success;
}
#endif
}
