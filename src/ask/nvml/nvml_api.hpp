#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ask/library.hpp"

namespace rigfit::nvml {

// The part of NVML's interface that is used, as its reference and its header describe it:
// https://docs.nvidia.com/deploy/nvml-api/ and https://github.com/NVIDIA/go-nvml/blob/main/gen/nvml/nvml.h

using Json = nlohmann::ordered_json;
using Status = int;  // nvmlReturn_t
using Device = void*;

constexpr Status success = 0, invalid_argument = 2, not_supported = 3, not_found = 6, insufficient_size = 7,
                 function_not_found = 13, version_mismatch = 25;

/// The version word of a structure: its size, and its version in the highest byte.
template <class Struct>
constexpr unsigned version_word(unsigned version) {
  return static_cast<unsigned>(sizeof(Struct)) | version << 24;
}

struct PciInfo {  // nvmlPciInfo_t of the _v3 call
  char legacy_bus_id[16];
  unsigned domain, bus, device, pci_device_id, pci_subsystem_id;
  char bus_id[32];
};
static_assert(sizeof(PciInfo) == 68);

struct Memory {  // nvmlMemory_t
  unsigned long long total, free, used;
};
struct MemoryV2 {  // nvmlMemory_v2_t: what the driver keeps for itself is apart from what is used
  unsigned version;
  unsigned long long total, reserved, free, used;
};
static_assert(version_word<MemoryV2>(2) == 0x02000028);

struct FabricInfo {  // nvmlGpuFabricInfo_t
  unsigned char cluster_uuid[16];
  Status status;
  unsigned clique_id;
  unsigned char state;
};
struct FabricInfoV2 {  // nvmlGpuFabricInfo_v2_t
  unsigned version;
  unsigned char cluster_uuid[16];
  Status status;
  unsigned clique_id;
  unsigned char state;
  unsigned health_mask;
};
struct FabricInfoV3 {  // nvmlGpuFabricInfo_v3_t
  unsigned version;
  unsigned char cluster_uuid[16];
  Status status;
  unsigned clique_id;
  unsigned char state;
  unsigned health_mask;
  unsigned char health_summary;
};
static_assert(version_word<FabricInfoV2>(2) == 0x02000024 && version_word<FabricInfoV3>(3) == 0x03000028);

struct GridFeature {  // nvmlGridLicensableFeature_t
  int code;
  unsigned is_licensed;
  char license_info[128], product_name[128];
  unsigned is_enabled;
  struct {
    unsigned year;
    unsigned short month, day, hour, minute, second;
    unsigned char status;
  } expiry;
};
struct GridFeatures {  // nvmlGridLicensableFeatures_t of the _v4 call
  int is_supported;
  unsigned count;
  GridFeature features[3];
};
static_assert(sizeof(GridFeatures) == 860);

class Nvml : public Library {
 public:
  bool load() { return Library::load({"libnvidia-ml.so.1", "/usr/lib/wsl/lib/libnvidia-ml.so.1"}); }

  /// Calls `symbol`; a function that this library lacks gives NVML's own code for that.
  template <class... Arguments>
  Status call(const char* symbol, Arguments... arguments) const {
    auto* function = find<Status(Arguments...)>(symbol);
    return function ? function(arguments...) : function_not_found;
  }

  std::string text_of(Status status) const {
    auto* error_string = find<const char*(Status)>("nvmlErrorString");
    const char* text = error_string ? error_string(status) : nullptr;
    return text ? text : "error " + std::to_string(status);
  }
};

/// All that is reported of one device; see nvml.hpp.
Json read_device(const Nvml& nvml, Device handle);
/// Its links: PCIe, NVLink, and the fabric that NVLink switches make.
void read_links(const Nvml& nvml, Device handle, Json& device);
/// Whether it is virtual, and licensed as such.
void read_virtualization(const Nvml& nvml, Device handle, Json& device);

/// Notes an error that says more than "this device has no such thing". True when there was none at all.
bool worked(const Nvml& nvml, Json& device, const char* what, Status status);

}  // namespace rigfit::nvml
