#include "probes/xpu/intel_gpu_log.hpp"

#include <array>

#include "probes/layers/driver_log.hpp"

namespace rigfit {
namespace {

// drivers/gpu/drm/i915/i915_pci.c, gt/intel_gt.c, gt/uc/intel_uc_fw.c, ../xe/xe_pci.c, xe_device.c, xe_uc_fw.c and the
// firmware loader of
// https://github.com/torvalds/linux
constexpr std::array<DriverMessage, 12> messages{{
    {"xe ", "force_probe", "force_probe_needed"},
    {"i915 ", "force_probe", "force_probe_needed"},
    // Both break their message into lines, of which the first names the device.
    {"xe ", "is not officially supported", "force_probe_needed"},
    {"i915 ", "is not properly supported by i915", "force_probe_needed"},
    {"xe ", "Xe has declared device", "wedged"},
    // The display's firmware (DMC) is not needed, and its line has no "fetch failed".
    {"xe ", "fetch failed", "firmware_missing"},
    {"i915 ", "fetch failed", "firmware_missing"},
    {"xe ", "Direct firmware load for ", "firmware_missing"},
    {"i915 ", "Direct firmware load for ", "firmware_missing"},
    {"xe ", "or newer is required", "firmware_old"},
    {"i915 ", "or newer is required", "firmware_old"},
    {"i915 ", "declaring it wedged", "wedged"},
}};

}  // namespace

void read_intel_gpu_log(const Evidence& evidence, Platform& platform) {
  read_driver_log(evidence, messages, platform);
  for (Device& device : platform.devices) cannot_start_by_log(device, "wedged", "its driver gave it up (\"wedged\")");
}

}  // namespace rigfit
