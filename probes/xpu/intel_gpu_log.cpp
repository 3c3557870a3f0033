#include "probes/xpu/intel_gpu_log.hpp"

#include <algorithm>
#include <array>

#include "fact_names/device.hpp"
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
  for (Device& device : platform.devices) {
    const auto* says = device.facts.get(fact::device::log_says);
    if (says && std::find(says->begin(), says->end(), "wedged") != says->end())
      device.layers.set(Layer::runtime_init, Truth::no, "xe gave it up (\"wedged\")",
                        device.facts.at(fact::device::log_says).sources);
  }
}

}  // namespace rigfit
