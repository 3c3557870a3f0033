#include "probes/layers/find_device.hpp"

#include "fact_names/device.hpp"

namespace rigfit {

Device* device_at(Platform& platform, std::string_view address) {
  for (Device& device : platform.devices)
    if (const std::string* own = device.facts.get(fact::device::pci_address); own && *own == address) return &device;
  return nullptr;
}

}  // namespace rigfit
