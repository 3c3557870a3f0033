#include <fmt/format.h>

#include "probes/npu/kinds.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view devices_folder = "/sys/devices/virtual/neuron_device";

// instance-type: trn2n.48xlarge
// | 0      | 4      | 96 GB  | 12, 3, 4, 1  | cc:00.0 |
void read_neuron_ls(std::string_view text, const std::vector<std::string>& source, Platform& platform) {
  for (const std::string_view line : lines_of(text)) {
    if (const auto pair = key_value(line); pair && pair->first == "instance-type")
      platform.facts.set("instance_type", std::string(pair->second), source);
    const auto cells = split(line, '|');
    if (cells.size() < 5 || !whole_number(cells[1]) || !whole_number(cells[2])) continue;
    Device device;
    device.facts.set("name", std::string("AWS Neuron device"), source);
    device.facts.set("architecture", Fact::unknown("neuron-ls does not tell", source));
    device.facts.set("kind", std::string("neuron"), source);
    device.facts.set("cores", *whole_number(cells[2]), source);
    std::optional<std::int64_t> memory;
    for (const std::string_view cell : cells)
      if (cell.ends_with("GB")) memory = size_bytes(cell);
    device.facts.set("memory_total_bytes", memory ? Fact::of(*memory, source) : Fact::unknown("not told", source));
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
      read_neuron_ls(answer->text, {"command:" + std::string(line)}, platform);
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
