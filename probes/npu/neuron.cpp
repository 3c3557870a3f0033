#include <fmt/format.h>

#include "probes/npu/kinds.hpp"
#include "probes/npu/neuron_ls.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view devices_folder = "/sys/devices/virtual/neuron_device";

void add_listed(const NeuronListing& listing, const std::vector<std::string>& source, Platform& platform) {
  if (!listing.instance_type.empty()) platform.facts.set("instance_type", listing.instance_type, source);
  for (const NeuronDevice& listed : listing.devices) {
    Device device;
    device.facts.set("name", std::string("AWS Neuron device"), source);
    device.facts.set("architecture", Fact::unknown("neuron-ls does not tell", source));
    device.facts.set("kind", std::string("neuron"), source);
    if (!listed.address.empty()) device.facts.set("pci_address", listed.address, source);
    if (listed.cores) device.facts.set("cores", *listed.cores, source);
    device.facts.set("memory_total_bytes",
                     listed.memory_bytes ? Fact::of(*listed.memory_bytes, source) : Fact::unknown("not told", source));
    for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library})
      device.layers.set(layer, Truth::yes, "neuron-ls lists it", source);
    device.layers.set(Layer::runtime_init, Truth::unknown, "not tried");
    device.layers.set(Layer::kernel_run, Truth::unknown, "not tried");
    platform.devices.push_back(std::move(device));
  }
}

}  // namespace

// Amazon's network and disk controllers bear the same vendor id.
const AcceleratorKind neuron_kind{"neuron",
                                  "Inferentia or Trainium",
                                  {"neuron"},
                                  {{"/dev", "neuron", ""}},
                                  {"1d0f"},
                                  [](const PciDevice& pci) {
                                    return !pci.pci_class.starts_with("01") && !pci.pci_class.starts_with("02") &&
                                           !pci.pci_class.starts_with("03") && !pci.pci_class.starts_with("06") &&
                                           !pci.pci_class.starts_with("07");
                                  },
                                  {"/opt/aws/neuron/lib/libnrt.so.1", "/opt/aws/neuron/lib/libnrt.so"},
                                  "the Neuron runtime (libnrt.so.1)"};

Requests neuron_next() {
  const std::string every = fmt::format("{}/neuron*/", devices_folder);
  return {file(every + "core_count", 64), file(every + "info/architecture/instance_type", 64),
          env("NEURON_RT_VISIBLE_CORES"), env("NEURON_RT_NUM_CORES")};
}

void add_neuron_facts(const Evidence& evidence, Platform& platform) {
  if (platform.devices.empty())
    for (const auto& [line, answer] : evidence.commands("neuron-ls"))
      if (platform.devices.empty())
        add_listed(parse_neuron_ls(answer->text), {"command:" + std::string(line)}, platform);
  if (platform.devices.empty()) return;
  if (const Answer& cores = evidence.env("NEURON_RT_VISIBLE_CORES"); cores.found() || cores.absent())
    platform.facts.set("visible_cores", cores.found() ? Fact::of(cores.text, {"env:NEURON_RT_VISIBLE_CORES"})
                                                      : Fact::of_none("not set", {"env:NEURON_RT_VISIBLE_CORES"}));
  // The devices of one instance are of one kind.
  for (const std::string& folder : evidence.expand(fmt::format("{}/neuron*", devices_folder))) {
    const std::string count_path = folder + "/core_count", type_path = folder + "/info/architecture/instance_type";
    if (const auto count = whole_number(trimmed(evidence.text(count_path))))
      for (Device& device : platform.devices)
        device.facts.set_if_unknown("cores", Fact::of(*count, {key_of(Kind::file, count_path)}));
    if (const std::string_view type = trimmed(evidence.text(type_path)); !type.empty())
      platform.facts.set_if_unknown("instance_type", Fact::of(std::string(type), {key_of(Kind::file, type_path)}));
  }
}

}  // namespace rigfit
