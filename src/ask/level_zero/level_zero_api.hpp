#pragma once

#include <cstddef>
#include <cstdint>

// The part of Level Zero's C interface that is used, as its specification describes it, release 1.5 and later:
// https://oneapi-src.github.io/level-zero-spec/level-zero/latest/core/api.html (ze…)
// https://oneapi-src.github.io/level-zero-spec/level-zero/latest/sysman/api.html (zes…)
// Each structure that a call fills begins with its type and the next of a chain; a driver reads both.

namespace rigfit::level_zero {

using Result = std::uint32_t;  // ze_result_t
using Handle = void*;
constexpr Result success = 0;

constexpr std::uint32_t gpu_type = 1, npu_type = 5;           // ze_device_type_t: GPU, VPU
constexpr std::uint32_t is_integrated = 1, is_subdevice = 2;  // ze_device_property_flag_t
constexpr std::uint32_t init_gpu_only = 1;                    // ze_init_flag_t
constexpr std::uint32_t driver_type_gpu = 1;                  // ze_init_driver_type_flag_t
constexpr std::uint32_t memory_in_device = 1;                 // zes_mem_loc_t

struct DeviceProperties {  // ze_device_properties_t
  std::uint32_t type_of_structure = 0x3;
  void* next = nullptr;
  std::uint32_t type = 0, vendor_id = 0, device_id = 0, flags = 0, subdevice_id = 0, core_clock_rate = 0;
  std::uint64_t largest_allocation = 0;
  std::uint32_t hardware_contexts = 0, queue_priority = 0, threads_per_eu = 0, eu_simd_width = 0, eus_per_subslice = 0,
                subslices_per_slice = 0, slices = 0;
  std::uint64_t timer_resolution = 0;
  std::uint32_t timestamp_bits = 0, kernel_timestamp_bits = 0;
  std::uint8_t uuid[16] = {};
  char name[256] = {};
};

struct IpVersion {  // ze_device_ip_version_ext_t: bits 22 to 31 architecture, 14 to 21 release, 0 to 5 revision
  std::uint32_t type_of_structure = 0x1000f;
  const void* next = nullptr;
  std::uint32_t version = 0;
};

struct DriverProperties {  // ze_driver_properties_t
  std::uint32_t type_of_structure = 0x1;
  void* next = nullptr;
  std::uint8_t uuid[16] = {};
  std::uint32_t version = 0;
};

struct InitDriverType {  // ze_init_driver_type_desc_t
  std::uint32_t type_of_structure = 0x00020021;
  const void* next = nullptr;
  std::uint32_t flags = driver_type_gpu;
};

struct MemoryProperties {  // ze_device_memory_properties_t
  std::uint32_t type_of_structure = 0x7;
  void* next = nullptr;
  std::uint32_t flags = 0, clock_rate = 0, bus_width = 0;
  std::uint64_t bytes = 0;
  char name[256] = {};
};

struct PciAddress {  // ze_pci_address_ext_t, zes_pci_address_t
  std::uint32_t domain = 0, bus = 0, device = 0, function = 0;
};
struct PciSpeed {  // ze_pci_speed_ext_t, zes_pci_speed_t
  std::int32_t generation = 0, width = 0;
  std::int64_t bandwidth = 0;
};
struct PciProperties {  // ze_pci_ext_properties_t
  std::uint32_t type_of_structure = 0x10008;
  void* next = nullptr;
  PciAddress address;
  PciSpeed speed;
};

// What a proof needs: contexts, queues, modules, kernels and memory of the core interface.
constexpr Result not_ready = 0x1, module_build_failure = 0x70000004;
constexpr Result not_there = 0x7fffffff;     // of no call: the function is missing
constexpr std::uint32_t queue_computes = 1;  // ze_command_queue_group_property_flag_t
constexpr std::uint32_t asynchronous = 2;    // ze_command_queue_mode_t

struct ContextDescription {  // ze_context_desc_t
  std::uint32_t type_of_structure = 0xd;
  const void* next = nullptr;
  std::uint32_t flags = 0;
};
struct QueueGroup {  // ze_command_queue_group_properties_t
  std::uint32_t type_of_structure = 0x6;
  void* next = nullptr;
  std::uint32_t flags = 0;
  std::size_t largest_fill_pattern = 0;
  std::uint32_t queues = 0;
};
struct QueueDescription {  // ze_command_queue_desc_t
  std::uint32_t type_of_structure = 0xe;
  const void* next = nullptr;
  std::uint32_t ordinal = 0, index = 0, flags = 0, mode = asynchronous, priority = 0;
};
struct ModuleDescription {  // ze_module_desc_t; the format is SPIR-V
  std::uint32_t type_of_structure = 0x1b;
  const void* next = nullptr;
  std::uint32_t format = 0;
  std::size_t size = 0;
  const std::uint8_t* input = nullptr;
  const char* build_flags = nullptr;
  const void* constants = nullptr;
};
struct KernelDescription {  // ze_kernel_desc_t
  std::uint32_t type_of_structure = 0x1d;
  const void* next = nullptr;
  std::uint32_t flags = 0;
  const char* name = nullptr;
};
struct DeviceMemoryDescription {  // ze_device_mem_alloc_desc_t
  std::uint32_t type_of_structure = 0x15;
  const void* next = nullptr;
  std::uint32_t flags = 0, ordinal = 0;
};
struct GroupCount {  // ze_group_count_t
  std::uint32_t x = 0, y = 0, z = 0;
};

struct SysmanDeviceProperties {  // zes_device_properties_t
  std::uint32_t type_of_structure = 0x1;
  void* next = nullptr;
  DeviceProperties core;
  std::uint32_t subdevices = 0;
  char serial_number[64] = {}, board_number[64] = {}, brand[64] = {}, model[64] = {}, vendor[64] = {},
       driver_version[64] = {};
};
struct SysmanPciProperties {  // zes_pci_properties_t
  std::uint32_t type_of_structure = 0x2;
  void* next = nullptr;
  PciAddress address;
  PciSpeed speed;
  std::uint8_t has_bandwidth_counters = 0, has_packet_counters = 0, has_replay_counters = 0;
};
struct SysmanMemoryProperties {  // zes_mem_properties_t
  std::uint32_t type_of_structure = 0xb;
  void* next = nullptr;
  std::uint32_t type = 0;
  std::uint8_t is_on_subdevice = 0;
  std::uint32_t subdevice_id = 0, location = 0;
  std::uint64_t physical_bytes = 0;
  std::int32_t bus_width = 0, channels = 0;
};
struct SysmanMemoryState {  // zes_mem_state_t
  std::uint32_t type_of_structure = 0x1e;
  const void* next = nullptr;
  std::uint32_t health = 0;
  std::uint64_t free_bytes = 0, bytes = 0;
};

}  // namespace rigfit::level_zero
