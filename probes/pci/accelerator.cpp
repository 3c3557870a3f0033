#include "probes/pci/accelerator.hpp"

#include <algorithm>

namespace rigfit {
namespace {

bool is_of_vendor(const PciDevice& device, const AcceleratorKind& kind) {
  return std::find(kind.vendors.begin(), kind.vendors.end(), device.vendor) != kind.vendors.end();
}

bool is_of_class(const PciDevice& device, std::initializer_list<std::string_view> classes) {
  return std::any_of(classes.begin(), classes.end(),
                     [&](std::string_view c) { return device.pci_class.starts_with(c); });
}

/// Of the right vendor, and nothing tells that it is not of this kind: its device id was not to be read.
bool may_be(const PciDevice& device, const AcceleratorKind& kind) {
  if (!device.device.empty() || !is_of_vendor(device, kind) || !device.sources.front().starts_with("file:"))
    return false;
  if (kind.platform == "xpu") return is_of_class(device, {"03"});
  if (kind.platform == "npu") return is_of_class(device, {"11", "12"});  // its vendors make everything else, too
  return !is_of_class(device, {"01", "02", "06"});
}

LayerState judge_nodes(const Evidence& evidence, const AcceleratorKind& kind) {
  LayerState best{Truth::unknown, "its device nodes were not recorded", {}};
  bool looked = false, uncertain = false;
  for (const std::string_view glob : kind.node_globs) {
    const std::string folder(glob.substr(0, glob.rfind('/')));
    if (evidence.list(folder).found() || evidence.list(folder).absent()) looked = true;
    for (const std::string& path : evidence.expand(glob)) {
      const Answer& answer = evidence.node(path);
      if (!answer.found() || !answer.node) continue;
      if (!answer.node->readable || !answer.node->writable)
        uncertain = true;
      else if (*answer.node->readable && *answer.node->writable)
        return {Truth::yes, path + " may be opened", {key_of(Kind::node, path)}};
      else
        best = {Truth::no, path + " may not be opened by this user", {key_of(Kind::node, path)}};
    }
  }
  if (best.holds == Truth::no && !uncertain) return best;
  if (looked && !uncertain && best.holds == Truth::unknown) return {Truth::no, "it has no device node", {}};
  if (uncertain) return {Truth::unknown, "whether its device node may be opened was not recorded", {}};
  return best;
}

}  // namespace

Requests accelerator_next(const Evidence& evidence, const AcceleratorKind& kind) {
  const auto wanted = [&](const PciDevice& device) {
    return is_of_vendor(device, kind) && !device.pci_class.starts_with("01") && !device.pci_class.starts_with("02") &&
           !device.pci_class.starts_with("06");
  };
  Requests requests = pci_second_look(evidence, wanted);
  if (requests.empty()) return requests;
  for (const std::string_view glob : kind.node_globs) requests.push_back(node(std::string(glob)));
  return requests;
}

Platform read_accelerator(const Evidence& evidence, const DeviceTable& table, const AcceleratorKind& kind) {
  Platform platform;
  platform.id = kind.platform;
  if (evidence.os == "darwin") {
    platform.state = State::not_applicable;
    platform.because = "not on macOS";
    return platform;
  }
  const LayerState nodes = judge_nodes(evidence, kind);
  Truth was_listed = pci_was_listed(evidence);
  for (const PciDevice& pci : pci_devices(evidence)) {
    if (may_be(pci, kind)) was_listed = Truth::unknown;
    const DeviceModel* model = pci.device.empty() ? nullptr : table.find(pci.vendor, pci.device);
    if (!model || model->platform != kind.platform) continue;
    Device device;
    device.facts.set("name", model->name, pci.sources);
    device.facts.set("architecture", model->architecture.empty() ? Fact::unknown("its id does not tell", pci.sources)
                                                                 : Fact::of(model->architecture, pci.sources));
    if (!model->generation.empty()) device.facts.set("generation", model->generation, pci.sources);
    device.facts.set("kind", model->kind, pci.sources);
    device.facts.set("pci_address", pci.address, pci.sources);
    device.facts.set("pci_vendor", pci.vendor, pci.sources);
    device.facts.set("pci_device", pci.device, pci.sources);
    if (model->integrated) device.facts.set("integrated", *model->integrated, pci.sources);
    if (pci.numa_node) device.facts.set("numa_node", std::int64_t{*pci.numa_node}, pci.sources);
    device.facts.set("memory_total_bytes", Fact::unknown("no source tells it", pci.sources));
    device.layers.set(Layer::bus, Truth::yes, model->name + " is on the PCI bus", pci.sources);
    if (!pci.driver) {
      device.layers.set(Layer::kernel_driver, Truth::unknown, "which driver is bound was not recorded", pci.sources);
    } else {
      device.facts.set("kernel_driver", pci.driver->empty() ? Fact::of_none("no driver is bound", pci.sources)
                                                            : Fact::of(*pci.driver, pci.sources));
      const bool right = std::find(kind.drivers.begin(), kind.drivers.end(), *pci.driver) != kind.drivers.end();
      device.layers.set(Layer::kernel_driver, truth_of(right),
                        pci.driver->empty()
                            ? "no driver is bound"
                            : *pci.driver + (right ? " is bound" : " is bound, which is not its driver"),
                        pci.sources);
    }
    device.layers[Layer::device_node] = nodes;
    device.layers.set(Layer::user_library, Truth::yes, "comes with the framework's packages");
    device.layers.set(Layer::runtime_init, Truth::unknown, "not tried");
    device.layers.set(Layer::kernel_run, Truth::unknown, "not tried");
    device.state = state_of(device.layers);
    for (std::size_t n = 0; n < layer_count; ++n)
      if (const LayerState& one = device.layers[static_cast<Layer>(n)];
          one.holds == Truth::no && device.because.empty())
        device.because = one.because;
    platform.devices.push_back(std::move(device));
  }
  const auto rank = [](State s) {
    return s == State::ready ? 3 : s == State::unknown ? 2 : s == State::blocked ? 1 : 0;
  };
  const auto best = std::max_element(platform.devices.begin(), platform.devices.end(),
                                     [&](const Device& a, const Device& b) { return rank(a.state) < rank(b.state); });
  if (best != platform.devices.end()) {
    platform.layers = best->layers;
    platform.state = best->state;
    platform.because = best->because;
    if (best->state == State::ready)
      platform.because = std::to_string(platform.devices.size()) +
                         (platform.devices.size() == 1 ? " device" : " devices") + ", all passive evidence agrees";
    for (std::size_t n = 0; n < layer_count && platform.because.empty(); ++n)
      if (const LayerState& one = best->layers[static_cast<Layer>(n)]; one.holds == Truth::unknown)
        platform.because = one.because;
    return platform;
  }
  platform.state = was_listed == Truth::yes ? State::absent : State::unknown;
  platform.because = was_listed == Truth::yes  ? "no " + std::string(kind.what) + " on the PCI bus"
                     : was_listed == Truth::no ? "this system shows no PCI bus"
                                               : "the PCI bus was not recorded, or not all of it";
  platform.layers.set(Layer::bus, was_listed == Truth::yes ? Truth::no : Truth::unknown, platform.because,
                      pci_sources(evidence));
  return platform;
}

}  // namespace rigfit
