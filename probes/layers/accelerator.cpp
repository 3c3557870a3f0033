#include "probes/layers/accelerator.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "fact_names/npu.hpp"
#include "probes/layers/best_device.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

template <class Items, class Item>
bool has(const Items& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

/// Of the right vendor and class, and nothing tells that it is not of this kind: its device id was not to be read.
bool may_be(const PciDevice& device, const AcceleratorKind& kind) {
  return device.device.empty() && has(kind.vendors, device.vendor) && device.sources.front().starts_with("file:") &&
         kind.wanted(device);
}

/// Functions that may be of this kind, as far as what could be read of them goes.
std::size_t doubtful(const Evidence& evidence, const AcceleratorKind& kind) {
  const PciDevices all = pci_devices(evidence);
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [&](const PciDevice& pci) { return pci.vendor.empty() || may_be(pci, kind); }));
}

std::string module_version_file(std::string_view driver) { return fmt::format("/sys/module/{}/version", driver); }

/// "Gaudi2 AI Training Accelerator" → with "Gaudi 2", as the table spells names.
std::string with_spaced_numbers(std::string_view name) {
  std::string spaced;
  for (std::size_t n = 0; n < name.size(); ++n) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (n > 1 && name[n] >= '0' && name[n] <= '9' && is_letter(name[n - 1]) && is_letter(name[n - 2])) spaced += ' ';
    spaced += name[n];
  }
  return spaced;
}

/// The row for a function of which lspci printed only the name: by the chip's code name, else by the product.
const DeviceModel* named_model(const PciDevice& pci, const DeviceTable& table, const AcceleratorKind& kind) {
  if (pci.name.empty() || pci.pci_class.empty() || !kind.wanted(pci)) return nullptr;
  const DeviceModel* chip = table.find_chip(pci.vendor, pci.name);
  if (chip && chip->platform == kind.platform) return chip;
  return table.find_product(pci.vendor, with_spaced_numbers(pci.name));
}

LayerState driver_layer(const PciDevice& pci, const AcceleratorKind& kind) {
  if (!pci.driver) return {Truth::unknown, "which driver is bound was not recorded", pci.sources};
  if (pci.driver->empty()) return {Truth::no, "no driver is bound", pci.sources};
  if (has(kind.drivers, *pci.driver)) return {Truth::yes, *pci.driver + " is bound", pci.sources};
  return {Truth::no, *pci.driver + " is bound, which is not its driver", pci.sources};
}

Device describe(const PciDevice& pci, const DeviceModel& model, const AcceleratorKind& kind) {
  Device device;
  device.facts.set(fact::device::name, pci.device.empty() ? name_of_device(&model, pci.name) : model.name, pci.sources);
  device.facts.set(fact::device::architecture, model.architecture.empty()
                                                   ? Fact::unknown("its id does not tell", pci.sources)
                                                   : Fact::of(model.architecture, pci.sources));
  if (!model.generation.empty()) device.facts.set(fact::device::generation, model.generation, pci.sources);
  device.facts.set(fact::device::kind, model.kind, pci.sources);
  device.facts.set(fact::device::pci_address, pci.address, pci.sources);
  device.facts.set(fact::device::pci_vendor, pci.vendor, pci.sources);
  if (!pci.device.empty()) device.facts.set(fact::device::pci_device, pci.device, pci.sources);
  if (model.integrated) device.facts.set(fact::device::integrated, *model.integrated, pci.sources);
  if (pci.numa_node) device.facts.set(fact::device::numa_node, std::int64_t{*pci.numa_node}, pci.sources);
  if (!pci.power_state.empty()) device.facts.set(fact::device::power_state, pci.power_state, pci.sources);
  if (pci.driver)
    device.facts.set(fact::device::kernel_driver, pci.driver->empty() ? Fact::of_none("no driver is bound", pci.sources)
                                                                      : Fact::of(*pci.driver, pci.sources));
  device.facts.set(fact::device::memory_total_bytes, model.memory_bytes
                                                         ? Fact::of(*model.memory_bytes, pci.sources)
                                                         : Fact::unknown("no source tells it", pci.sources));
  device.layers.set(Layer::bus, Truth::yes, model.name + " is on the PCI bus", pci.sources);
  device.layers[Layer::kernel_driver] = driver_layer(pci, kind);
  device.layers[Layer::runtime_init] = LayerState::untried("not tried");
  device.layers[Layer::kernel_run] = LayerState::untried("not tried");
  return device;
}

void set_nodes(const Evidence& evidence, const AcceleratorKind& kind, Platform& platform) {
  std::vector<std::string> addresses;
  for (const Device& device : platform.devices) addresses.push_back(*device.facts.get(fact::device::pci_address));
  const auto nodes = DeviceNodes::of(evidence, kind.nodes, addresses, doubtful(evidence, kind));
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    Device& device = platform.devices[n];
    const std::vector<std::string>& sources = nodes[n].layer.sources;
    device.layers[Layer::device_node] = nodes[n].layer;
    if (!nodes[n].path.empty()) device.facts.set(fact::device::node_path, nodes[n].path, sources);
    if (!nodes[n].group.empty()) device.facts.set(fact::device::node_group, nodes[n].group, sources);
    // What a device filter keeps away is neither missing nor denied.
    const NodeProblem problem = nodes[n].problem;
    const bool has_name =
        problem == NodeProblem::none || problem == NodeProblem::missing || problem == NodeProblem::denied;
    device.facts.set(fact::device::node_problem, has_name ? Fact::of(std::string(name_of(problem)), sources)
                                                          : Fact::unknown(nodes[n].layer.because, sources));
  }
}

}  // namespace

const std::vector<std::string>& library_folders() {
  static const std::vector<std::string> folders{"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64",
                                                "/usr/lib", "/usr/local/lib"};
  return folders;
}

std::vector<std::string> in_library_folders(const std::vector<std::string>& names) {
  std::vector<std::string> paths;
  for (const std::string& folder : library_folders())
    for (const std::string& name : names) paths.push_back(folder + "/" + name);
  return paths;
}

Requests accelerator_next(const Evidence& evidence, const AcceleratorKind& kind) {
  const auto wanted = [&](const PciDevice& device) { return has(kind.vendors, device.vendor) && kind.wanted(device); };
  Requests requests = pci_second_look(evidence, wanted);
  if (requests.empty()) return requests;
  for (Request& request : DeviceNodes::requests(kind.nodes)) requests.push_back(std::move(request));
  for (const std::string_view driver : kind.drivers) requests.push_back(file(module_version_file(driver), 256));
  for (const std::string& path : kind.libraries) requests.push_back(node(path));
  return requests;
}

bool lacks_driver(const Evidence& evidence, const AcceleratorKind& kind) {
  const PciDevices all = pci_devices(evidence);
  return std::any_of(all.begin(), all.end(), [&](const PciDevice& pci) {
    return has(kind.vendors, pci.vendor) && kind.wanted(pci) && pci.driver && pci.driver->empty();
  });
}

LayerState library_layer(const Evidence& evidence, const AcceleratorKind& kind) {
  const std::string name(kind.library_name);
  if (kind.libraries.empty()) return {Truth::yes, "comes with the framework's packages", {}};
  bool all_known = true;
  std::vector<std::string> looked_at;
  for (const std::string& path : kind.libraries) {
    if (path.find('*') == path.npos) {
      if (evidence.node(path).found()) return {Truth::yes, path + " is there", {key_of(Kind::node, path)}};
      all_known = all_known && evidence.node(path).absent();
      looked_at.push_back(key_of(Kind::node, path));
      continue;
    }
    for (const std::string& found : evidence.expand(path))
      if (evidence.node(found).found()) return {Truth::yes, found + " is there", {key_of(Kind::node, found)}};
    const std::string folder = path.substr(0, path.rfind('/', path.find('*')));
    all_known = all_known && (evidence.list(folder).found() || evidence.list(folder).absent());
    looked_at.push_back(key_of(Kind::list, folder));
  }
  if (all_known) return {Truth::no, name + " is not in the usual places", looked_at};
  return {Truth::unknown, "whether " + name + " is installed was not recorded", {}};
}

Platform read_accelerator(const Evidence& evidence, const DeviceTable& table, const AcceleratorKind& kind) {
  Platform platform;
  platform.id = kind.platform;
  if (evidence.os == "darwin") return platform;
  for (const PciDevice& pci : pci_devices(evidence)) {
    if (!has(kind.vendors, pci.vendor)) continue;
    const DeviceModel* model = pci.device.empty() ? named_model(pci, table, kind) : table.find(pci.vendor, pci.device);
    if (model && model->platform == kind.platform) platform.devices.push_back(describe(pci, *model, kind));
  }
  if (platform.devices.empty()) return platform;
  set_nodes(evidence, kind, platform);
  const LayerState library = library_layer(evidence, kind);
  for (Device& device : platform.devices) device.layers[Layer::user_library] = library;
  for (const std::string_view driver : kind.drivers) {
    const std::string path = module_version_file(driver);
    if (const std::string_view version = trimmed(evidence.text(path)); !version.empty())
      platform.facts.set_if_unknown(fact::npu::driver_version,  // of the same name and type on all of them
                                    Fact::of(std::string(version), {key_of(Kind::file, path)}));
  }
  return platform;
}

void conclude(const Evidence& evidence, const AcceleratorKind& kind, Platform& platform) {
  if (evidence.os == "darwin") {
    platform.state = State::not_applicable;
    platform.because = "not on macOS";
    return;
  }
  std::size_t ready = 0;
  for (Device& device : platform.devices) {
    conclude(device);
    if (device.state == State::ready || device.state == State::proven) ++ready;
  }
  if (!platform.devices.empty()) {
    stand_as_best_device(platform);
    const std::size_t all = platform.devices.size();
    if (platform.state == State::ready)
      platform.because = ready == all ? fmt::format("{} device{}, all that was read agrees", all, all == 1 ? "" : "s")
                                      : fmt::format("{} of {} devices can be used", ready, all);
    return;
  }
  Truth was_listed = pci_was_listed(evidence);
  for (const PciDevice& pci : pci_devices(evidence))
    if (may_be(pci, kind)) was_listed = Truth::unknown;
  platform.state = was_listed == Truth::yes ? State::absent : State::unknown;
  platform.because = was_listed == Truth::yes  ? fmt::format("no {} on the PCI bus", kind.what)
                     : was_listed == Truth::no ? "this system shows no PCI bus"
                                               : "the PCI bus was not recorded, or not all of it";
  platform.layers.set(Layer::bus, was_listed == Truth::yes ? Truth::no : Truth::unknown, platform.because,
                      pci_sources(evidence));
}

}  // namespace rigfit
