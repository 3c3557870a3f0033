#include "probes/npu/npu.hpp"

#include <optional>

#include "probes/pci/accelerator.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

const AcceleratorKind kinds[] = {
    {"gaudi", "Gaudi", {"habanalabs"}, {"/dev/accel/accel*", "/dev/hl*"}, {"1da3"}},
    {"neuron", "Inferentia or Trainium", {"neuron"}, {"/dev/neuron*"}, {"1d0f"}},
    {"ascend", "Ascend", {"drv_davinci", "davinci", "devdrv_device_driver"}, {"/dev/davinci*"}, {"19e5"}},
    {"npu", "NPU", {"intel_vpu", "amdxdna", "qaic"}, {"/dev/accel/accel*"}, {"8086", "1022", "17cb"}},
};

Requests next(const Evidence& evidence, const DeviceTable&) {
  Requests requests;
  for (const AcceleratorKind& kind : kinds) {
    // Many functions bear Intel's and AMD's vendor ids: only those of the processing class are worth a second look.
    const auto wanted = [&](const PciDevice& device) {
      return device.pci_class.starts_with("12") || device.pci_class.starts_with("0880") ||
             (device.vendor == "1da3" && kind.platform == "gaudi") ||
             (device.vendor == "1d0f" && kind.platform == "neuron" && !device.pci_class.starts_with("02") &&
              !device.pci_class.starts_with("01"));
    };
    bool any = false;
    for (const PciDevice& device : pci_devices(evidence))
      for (const std::string_view vendor : kind.vendors) any = any || (device.vendor == vendor && wanted(device));
    if (!any) continue;
    for (Request& request : pci_second_look(evidence, wanted)) requests.push_back(std::move(request));
    for (const std::string_view glob : kind.node_globs) requests.push_back(node(std::string(glob)));
  }
  return requests;
}

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
    device.state = state_of(device.layers);
    platform.devices.push_back(std::move(device));
  }
  if (platform.devices.empty()) return;
  platform.layers = platform.devices.front().layers;
  platform.state = platform.devices.front().state;
  platform.because = std::to_string(platform.devices.size()) + " devices, says neuron-ls";
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Facts facts;
  for (const AcceleratorKind& kind : kinds) {
    Platform platform = read_accelerator(evidence, table, kind);
    if (kind.platform == "neuron" && platform.devices.empty())
      for (const auto& [line, answer] : evidence.commands("neuron-ls"))
        read_neuron_ls(answer->text, {"command:" + std::string(line)}, platform);
    facts.platforms.push_back(std::move(platform));
  }
  return facts;
}

const Requests looks_at = pci_first_look();

}  // namespace

const Probe npu_probe{"npu", looks_at, next, read};

}  // namespace rigfit
