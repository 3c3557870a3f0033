#include <cstring>
#include <nlohmann/json.hpp>

#include "ask/nvml/nvml_api.hpp"

namespace rigfit::nvml {
namespace {

void read_pcie(const Nvml& nvml, Device handle, Json& device) {
  Json pcie = Json::object();
  for (const auto& [key, symbol] : {std::pair{"generation", "nvmlDeviceGetCurrPcieLinkGeneration"},
                                    {"width", "nvmlDeviceGetCurrPcieLinkWidth"},
                                    {"generation_most", "nvmlDeviceGetMaxPcieLinkGeneration"},
                                    {"width_most", "nvmlDeviceGetMaxPcieLinkWidth"}}) {
    unsigned number = 0;
    if (nvml.call(symbol, handle, &number) == success) pcie[key] = number;
  }
  if (!pcie.empty()) device["pcie"] = std::move(pcie);
}

// NVML_NVLINK_MAX_LINKS is 36; behind a device's last link comes "invalid argument", and "not supported" without any.
void read_nvlink(const Nvml& nvml, Device handle, Json& device) {
  unsigned links = 0, active = 0;
  for (; links < 36; ++links) {
    int is_active = 0;
    const Status status = nvml.call("nvmlDeviceGetNvLinkState", handle, links, &is_active);
    if (status != success) {
      if (links == 0 && status != invalid_argument) worked(nvml, device, "nvlink", status);
      break;
    }
    if (is_active == 1) ++active;
  }
  if (links > 0) device["nvlink"] = Json{{"links", links}, {"active", active}};
}

const char* name_of_state(unsigned char state) {
  constexpr const char* names[] = {"not_supported", "not_started", "in_progress", "completed"};
  return state < 4 ? names[state] : "unknown";
}
const char* name_of_health(unsigned char health) {
  constexpr const char* names[] = {"not_supported", "healthy", "unhealthy", "limited_capacity"};
  return health < 4 ? names[health] : "unknown";
}

template <class Info>
void take(const Nvml& nvml, const Info& info, Json& device) {
  if (info.state == 0) return;  // no fabric: what most GPUs say
  Json fabric{{"state", name_of_state(info.state)}};
  // Only of a registration that has ended does the status tell how.
  if (info.state == 3) {
    fabric["status"] = info.status;
    if (info.status != success) fabric["text"] = nvml.text_of(info.status);
  }
  device["fabric"] = std::move(fabric);
}

// A library knows the versions up to its own and refuses the others; the oldest function has no version at all.
void read_fabric(const Nvml& nvml, Device handle, Json& device) {
  FabricInfoV3 third{};
  third.version = version_word<FabricInfoV3>(3);
  Status status = nvml.call("nvmlDeviceGetGpuFabricInfoV", handle, &third);
  if (status == success) {
    take(nvml, third, device);
    if (device.contains("fabric")) device["fabric"]["health"] = name_of_health(third.health_summary);
    return;
  }
  if (status == version_mismatch || status == invalid_argument) {
    FabricInfoV2 second{};
    second.version = version_word<FabricInfoV2>(2);
    status = nvml.call("nvmlDeviceGetGpuFabricInfoV", handle, &second);
    if (status == success) return take(nvml, second, device);
  }
  FabricInfo first{};
  const Status oldest = nvml.call("nvmlDeviceGetGpuFabricInfo", handle, &first);
  if (oldest == success) return take(nvml, first, device);
  worked(nvml, device, "fabric", oldest == function_not_found ? status : oldest);
}

}  // namespace

void read_links(const Nvml& nvml, Device handle, Json& device) {
  read_pcie(nvml, handle, device);
  read_nvlink(nvml, handle, device);
  read_fabric(nvml, handle, device);
}

void read_virtualization(const Nvml& nvml, Device handle, Json& device) {
  int mode = 0;
  if (nvml.call("nvmlDeviceGetVirtualizationMode", handle, &mode) != success) return;
  constexpr const char* names[] = {"none", "pass_through", "vgpu", "host_vgpu", "host_vsga"};
  if (mode < 0 || mode > 4) return;
  device["virtualization"] = names[mode];
  if (mode != 2) return;
  GridFeatures features{};
  if (!worked(nvml, device, "vgpu_license", nvml.call("nvmlDeviceGetGridLicensableFeatures_v4", handle, &features)) ||
      features.is_supported == 0)
    return;
  for (unsigned n = 0; n < features.count && n < 3; ++n) {
    const GridFeature& feature = features.features[n];
    if (feature.is_enabled == 0) continue;
    device["vgpu_license"] = Json{
        {"product", std::string(feature.product_name, ::strnlen(feature.product_name, sizeof feature.product_name))},
        {"licensed", feature.is_licensed != 0}};
    return;
  }
}

}  // namespace rigfit::nvml
