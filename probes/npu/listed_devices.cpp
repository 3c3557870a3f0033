#include "probes/npu/listed_devices.hpp"

#include <fmt/format.h>

namespace rigfit {
namespace {

Device* device_at(Platform& platform, const std::string& address) {
  for (Device& device : platform.devices)
    if (const std::string* own = device.facts.get<std::string>("pci_address"); own && *own == address) return &device;
  return nullptr;
}

Device& add_device(const ListedDevice& listed, std::string_view tool, std::string_view kind,
                   const std::vector<std::string>& source, Platform& platform) {
  Device& device = platform.devices.emplace_back();
  const std::string because = fmt::format("{} lists it", tool);
  device.facts.set("name", listed.name.empty() ? Fact::unknown("not told", source) : Fact::of(listed.name, source));
  device.facts.set("architecture", Fact::unknown(fmt::format("{} does not tell", tool), source));
  device.facts.set("kind", std::string(kind), source);
  if (!listed.address.empty()) device.facts.set("pci_address", listed.address, source);
  for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library})
    device.layers.set(layer, Truth::yes, because, source);
  device.layers.set(Layer::runtime_init, Truth::unknown, "not tried");
  device.layers.set(Layer::kernel_run, Truth::unknown, "not tried");
  return device;
}

}  // namespace

void add_listed(const std::vector<ListedDevice>& listed, std::string_view tool, std::string_view kind,
                const std::vector<std::string>& source, Platform& platform) {
  const bool only_listed = platform.devices.empty();
  for (const ListedDevice& one : listed) {
    Device* device = one.address.empty() ? nullptr : device_at(platform, one.address);
    if (!device && !only_listed) continue;
    if (!device) device = &add_device(one, tool, kind, source, platform);
    FactTable& facts = device->facts;
    if (one.cores) facts.set_if_unknown("cores", Fact::of(*one.cores, source));
    facts.set_if_unknown("memory_total_bytes",
                         one.memory_bytes ? Fact::of(*one.memory_bytes, source) : Fact::unknown("not told", source));
    if (one.free_bytes) facts.set("memory_free_bytes", *one.free_bytes, source);
    if (!one.memory_bytes) continue;
    facts.set("memory_usable_bytes", *one.memory_bytes, source);
    facts.set("memory_usable_because", fmt::format("all of its own memory that {} tells of", tool), source);
  }
}

}  // namespace rigfit
