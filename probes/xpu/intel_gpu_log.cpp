#include "probes/xpu/intel_gpu_log.hpp"

#include <array>

#include "probes/layers/driver_log.hpp"

namespace rigfit {
namespace {

// drivers/gpu/drm/i915/i915_pci.c, ../xe/xe_pci.c, xe_device.c and the firmware loader of
// https://github.com/torvalds/linux
constexpr std::array<DriverMessage, 7> messages{{
    {"xe ", "force_probe", "force_probe_needed"},
    {"i915 ", "force_probe", "force_probe_needed"},
    {"xe ", "Xe has declared device", "wedged"},
    {"xe ", "Direct firmware load for ", "firmware_missing"},
    {"i915 ", "Direct firmware load for ", "firmware_missing"},
    {"xe ", "fetch failed", "firmware_missing"},
    {"i915 ", "fetch failed", "firmware_missing"},
}};

}  // namespace

void read_intel_gpu_log(const Evidence& evidence, Platform& platform) {
  read_driver_log(evidence, messages, platform);
  for (Device& device : platform.devices) cannot_start_by_log(device, "wedged", "xe gave it up (\"wedged\")");
}

}  // namespace rigfit
