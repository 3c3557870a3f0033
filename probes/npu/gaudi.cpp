#include "probes/npu/hl_smi.hpp"
#include "probes/npu/kinds.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

/// What a recorded hl-smi lists, beside what files show or for want of them.
void add_listed(const GaudiListing& listing, const std::vector<std::string>& source, Platform& platform) {
  if (!listing.driver_version.empty())
    platform.facts.set_if_unknown("driver_version", Fact::of(listing.driver_version, source));
  const bool only_listed = platform.devices.empty();
  for (const ListedGaudi& listed : listing.devices) {
    Device* device = nullptr;
    for (Device& known : platform.devices)
      if (const std::string* address = known.facts.get<std::string>("pci_address");
          address && *address == listed.address)
        device = &known;
    if (!device && !only_listed) continue;
    if (!device) {
      device = &platform.devices.emplace_back();
      device->facts.set("name",
                        listed.name.empty() ? Fact::unknown("not told", source) : Fact::of(listed.name, source));
      device->facts.set("architecture", Fact::unknown("hl-smi does not tell", source));
      device->facts.set("kind", std::string("gaudi"), source);
      if (!listed.address.empty()) device->facts.set("pci_address", listed.address, source);
      for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library})
        device->layers.set(layer, Truth::yes, "hl-smi lists it", source);
      device->layers.set(Layer::runtime_init, Truth::unknown, "not tried");
      device->layers.set(Layer::kernel_run, Truth::unknown, "not tried");
    }
    if (listed.memory_bytes) device->facts.set("memory_total_bytes", *listed.memory_bytes, source);
    device->facts.set_if_unknown("memory_total_bytes", Fact::unknown("not told", source));
  }
}

}  // namespace

// Nodes moved from /dev/hl0 to /dev/accel/accel0 with the kernel's accel subsystem, in 2023.
const AcceleratorKind gaudi_kind{"gaudi",
                                 "Gaudi",
                                 {"habanalabs"},
                                 {{"/dev/accel", "accel", "/sys/class/accel"}, {"/dev", "hl", ""}},
                                 {"1da3"},
                                 [](const PciDevice& pci) { return !pci.pci_class.starts_with("06"); },
                                 {"/usr/lib/habanalabs/libSynapse.so", "/usr/lib64/habanalabs/libSynapse.so"},
                                 "Gaudi's runtime (libSynapse.so)"};

Requests gaudi_next() {
  return {file("/sys/class/accel/accel*/device/status", 64), file("/sys/class/accel/accel*/device/driver_ver", 256),
          env("HABANA_VISIBLE_DEVICES"), env("HABANA_VISIBLE_MODULES")};
}

void add_gaudi_facts(const Evidence& evidence, Platform& platform) {
  for (const auto& [line, answer] : evidence.commands("hl-smi"))
    add_listed(parse_hl_smi(line, answer->text), {"command:" + std::string(line)}, platform);
  for (Device& device : platform.devices) {
    const std::string* node = device.facts.get<std::string>("node_path");
    if (!node || !node->starts_with("/dev/accel/")) continue;
    const std::string folder = "/sys/class/accel/" + node->substr(11) + "/device/";
    // "Operational", "In reset", "Malfunction", "Needs reset", "In device creation"
    if (const std::string_view status = trimmed(evidence.text(folder + "status")); !status.empty()) {
      device.facts.set("status", lower(status), {key_of(Kind::file, folder + "status")});
      if (lower(status) != "operational")
        device.layers.set(Layer::runtime_init, Truth::no, "its driver says: " + std::string(status),
                          {key_of(Kind::file, folder + "status")});
    }
    if (const std::string_view version = trimmed(evidence.text(folder + "driver_ver")); !version.empty())
      platform.facts.set_if_unknown("driver_version",
                                    Fact::of(std::string(version), {key_of(Kind::file, folder + "driver_ver")}));
  }
}

}  // namespace rigfit
