#include "probes/tpu/chips.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "fact_names/device.hpp"
#include "fact_names/tpu.hpp"
#include "probes/layers/node_access.hpp"
#include "probes/layers/visible_numbers.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view google = "1ae0";
constexpr std::string_view bus_folder = "/sys/bus/pci/devices/";

/// v2 and v3 share an id; the subsystem tells them apart:
/// https://github.com/AI-Hypercomputer/cloud-accelerator-diagnostics, tpu_info/device.py (2026)
std::string by_subsystem(const PciDevice& pci) {
  if (pci.device != "0027") return "";
  return pci.subdevice == "004e" ? "v2" : pci.subdevice == "004f" ? "v3" : "";
}

enum class Nodes { accel, vfio, either };

/// Up to v4 Google's own driver makes /dev/accelN; from v5 on vfio-pci gives each chip's IOMMU group a node (the same
/// source). Of the 8 series nobody has said.
Nodes nodes_of(const std::string& architecture) {
  if (architecture == "v2" || architecture == "v3" || architecture == "v4") return Nodes::accel;
  return architecture.starts_with("v") ? Nodes::vfio : Nodes::either;
}

LayerState driver_layer(const PciDevice& pci, Nodes nodes) {
  if (!pci.driver) return {Truth::unknown, "which driver is bound was not recorded", pci.sources};
  if (pci.driver->empty()) return {Truth::no, "no driver is bound", pci.sources};
  const bool is_vfio = *pci.driver == "vfio-pci";
  const bool is_right = nodes == Nodes::either || is_vfio == (nodes == Nodes::vfio);
  return {truth_of(is_right), *pci.driver + (is_right ? " is bound" : " is bound, which is not this generation's"),
          pci.sources};
}

struct ChipNode {
  std::string path;  ///< empty: none is there
  NodeAccess access;
};

/// Like access_to_node; what was listed without this name is not there.
ChipNode look_at(const Evidence& evidence, const std::string& path) {
  ChipNode node{path, access_to_node(evidence, path)};
  const Answer& folder = evidence.list(path.substr(0, path.rfind('/')));
  const std::string name = path.substr(path.rfind('/') + 1);
  const bool is_listed = std::find(folder.names.begin(), folder.names.end(), name) != folder.names.end();
  if (evidence.node(path).outcome == Outcome::not_recorded &&
      (folder.absent() || (folder.found() && !folder.truncated && !is_listed)))
    node.access.problem = NodeProblem::missing;
  LayerState& layer = node.access.layer;
  if (node.access.problem == NodeProblem::missing) layer = {Truth::no, "there is no " + path, layer.sources};
  return node;
}

/// The one of these nodes that tells most.
ChipNode best_of(const Evidence& evidence, std::string_view glob) {
  const std::string folder_path(glob.substr(0, glob.rfind('/')));
  const Answer& folder = evidence.list(folder_path);
  const std::vector<std::string> source{key_of(Kind::list, folder_path)};
  ChipNode best{"", {NodeProblem::missing, {Truth::no, "it has no device node", source}}};
  if (!folder.found() && !folder.absent())
    best.access = {NodeProblem::unknown,
                   {Truth::unknown, "whether its device node can be opened was not recorded", source}};
  for (const std::string& path : evidence.expand(glob)) {
    const std::string number = path.substr(path.find_last_not_of("0123456789") + 1);
    if (number.empty()) continue;  // /dev/vfio/vfio, and /dev/accel, which is a folder of other vendors' devices
    ChipNode node = look_at(evidence, path);
    if (best.path.empty() || tells_more(node.access.problem, best.access.problem)) best = std::move(node);
  }
  return best;
}

ChipNode vfio_node(const Evidence& evidence, const PciDevice& pci) {
  const Answer& group = evidence.link(std::string(bus_folder) + pci.address + "/iommu_group");
  const std::string number = group.text.substr(group.text.rfind('/') + 1);
  ChipNode node = best_of(evidence, "/dev/vfio/*");
  if (group.found() && whole_number(number)) node = look_at(evidence, "/dev/vfio/" + number);
  // The group is opened through the container node beside it.
  ChipNode container = look_at(evidence, "/dev/vfio/vfio");
  if (node.access.problem == NodeProblem::none && container.access.layer.holds == Truth::no) return container;
  return node;
}

/// A chip's number among those of this host, and how many there are.
struct ChipNumber {
  std::size_t number = 0, chips = 0;
};

/// Google's driver numbers its nodes as the chips follow each other on the bus (the same source as of by_subsystem). Of
/// a container that was given some of them the numbers tell which; where all are there, their order does.
ChipNode accel_node(const Evidence& evidence, ChipNumber chip) {
  std::map<std::int64_t, std::string> there;
  for (const std::string& path : evidence.expand("/dev/accel*"))
    if (const auto number = whole_number(path.substr(std::string_view("/dev/accel").size()))) there[*number] = path;
  if (there.size() < chip.chips) return look_at(evidence, "/dev/accel" + std::to_string(chip.number));
  return look_at(evidence, std::next(there.begin(), static_cast<std::ptrdiff_t>(chip.number))->second);
}

ChipNode node_of(const Evidence& evidence, const PciDevice& pci, Nodes nodes, ChipNumber chip) {
  if (nodes == Nodes::accel) return accel_node(evidence, chip);
  ChipNode vfio = vfio_node(evidence, pci);
  if (nodes == Nodes::vfio) return vfio;
  ChipNode accel = accel_node(evidence, chip);
  const bool is_accel = accel.access.problem == NodeProblem::none ||
                        (accel.access.problem != NodeProblem::missing && accel.access.layer.holds == Truth::no &&
                         vfio.access.problem != NodeProblem::none);
  return is_accel ? accel : vfio;
}

/// The PCI address of its chip, whose functions differ in their last digit.
std::string chip_of(const std::string& address) { return address.substr(0, address.rfind('.')); }

std::string chip_of(const Device& device) {
  const std::string* address = device.facts.get(fact::device::pci_address);
  return address ? chip_of(*address) : "";
}

/// device.node_access. What a device filter keeps away has no word of its own.
FactOf<std::string> access_fact(const NodeAccess& access) {
  const std::vector<std::string>& sources = access.layer.sources;
  switch (access.problem) {
    case NodeProblem::none:
      return Fact::of(std::string("usable"), sources);
    case NodeProblem::denied:
    case NodeProblem::missing:
      return Fact::of(std::string(name_of(access.problem)), sources);
    case NodeProblem::unknown:
      return Fact::unknown("its node was not recorded", sources);
    default:
      return Fact::unknown(access.layer.because, sources);
  }
}

struct CloudTpu {
  PciDevice pci;
  const DeviceModel* model = nullptr;  ///< none: of no generation that the table knows
};

std::vector<CloudTpu> cloud_tpus_on_bus(const Evidence& evidence, const DeviceTable& table) {
  std::vector<CloudTpu> tpus;
  for (const PciDevice& pci : pci_devices(evidence)) {
    if (!may_be_cloud_tpu(pci) || pci.device.empty()) continue;
    const DeviceModel* model = table.find(pci.vendor, pci.device);
    if (model ? model->platform == "tpu" : pci.pci_class.starts_with("12")) tpus.push_back({pci, model});
  }
  return tpus;
}

void set_identity(const CloudTpu& tpu, const std::string& architecture, const std::string& twin, Device& device) {
  const PciDevice& pci = tpu.pci;
  device.facts.set(fact::device::name,
                   !twin.empty() ? "Cloud TPU " + twin
                   : tpu.model   ? tpu.model->name
                                 : "Google accelerator",
                   pci.sources);
  device.facts.set(fact::device::architecture, architecture.empty() ? Fact::unknown("its id does not tell", pci.sources)
                                                                    : Fact::of(architecture, pci.sources));
  if (!architecture.empty())
    device.facts.set(fact::device::generation, architecture, pci.sources);
  else if (tpu.model && !tpu.model->generation.empty())
    device.facts.set(fact::device::generation, tpu.model->generation, pci.sources);
  else
    device.facts.set(fact::device::generation, Fact::unknown("no table knows its id " + pci.device, pci.sources));
  device.facts.set(fact::device::kind, std::string("tpu"), pci.sources);
  device.facts.set(fact::device::pci_address, pci.address, pci.sources);
  device.facts.set(fact::device::pci_vendor, pci.vendor, pci.sources);
  device.facts.set(fact::device::pci_device, pci.device, pci.sources);
  if (pci.numa_node) device.facts.set(fact::device::numa_node, std::int64_t{*pci.numa_node}, pci.sources);
  if (pci.driver)
    device.facts.set(fact::device::kernel_driver, pci.driver->empty() ? Fact::of_none("no driver is bound", pci.sources)
                                                                      : Fact::of(*pci.driver, pci.sources));
  device.facts.set(fact::device::memory_total_bytes, tpu.model && tpu.model->memory_bytes
                                                         ? Fact::of(*tpu.model->memory_bytes, pci.sources)
                                                         : Fact::unknown("its id does not tell", pci.sources));
}

}  // namespace

bool may_be_cloud_tpu(const PciDevice& pci) {
  return pci.vendor == google && !pci.pci_class.starts_with("01") && !pci.pci_class.starts_with("02") &&
         !pci.pci_class.starts_with("06");
}

Requests chip_requests(const Evidence& evidence) {
  Requests requests{node("/dev/accel*"), node("/dev/vfio/*")};
  for (const PciDevice& pci : pci_devices(evidence))
    if (may_be_cloud_tpu(pci) && !pci.sources.empty() && pci.sources.front().starts_with("file:"))
      requests.push_back(link(std::string(bus_folder) + pci.address + "/iommu_group"));
  return requests;
}

std::vector<Device> cloud_tpus(const Evidence& evidence, const DeviceTable& table) {
  const std::vector<CloudTpu> tpus = cloud_tpus_on_bus(evidence, table);
  std::vector<std::string> chips;
  for (const CloudTpu& tpu : tpus)
    if (const std::string chip = chip_of(tpu.pci.address); std::find(chips.begin(), chips.end(), chip) == chips.end())
      chips.push_back(chip);
  std::sort(chips.begin(), chips.end());
  std::vector<Device> devices;
  for (const CloudTpu& tpu : tpus) {
    const std::string twin = by_subsystem(tpu.pci);
    const std::string architecture = !twin.empty() ? twin : tpu.model ? tpu.model->architecture : "";
    Device device;
    set_identity(tpu, architecture, twin, device);
    const Nodes nodes = nodes_of(architecture);
    device.layers.set(Layer::bus, Truth::yes, "it is on the PCI bus", tpu.pci.sources);
    device.layers[Layer::kernel_driver] = driver_layer(tpu.pci, nodes);
    const auto number = std::find(chips.begin(), chips.end(), chip_of(tpu.pci.address)) - chips.begin();
    const ChipNode chip_node = node_of(evidence, tpu.pci, nodes, {static_cast<std::size_t>(number), chips.size()});
    device.layers[Layer::device_node] = chip_node.access.layer;
    if (!chip_node.path.empty()) device.facts.set(fact::device::path, chip_node.path, chip_node.access.layer.sources);
    device.facts.set(fact::device::node_access, access_fact(chip_node.access));
    devices.push_back(std::move(device));
  }
  return devices;
}

std::int64_t chip_count(const std::vector<Device>& devices) {
  std::set<std::string> chips;
  for (const Device& device : devices)
    if (std::string chip = chip_of(device); !chip.empty()) chips.insert(std::move(chip));
  return static_cast<std::int64_t>(chips.size());
}

void read_visible_chips(const Evidence& evidence, Platform& platform) {
  const ListedNumbers listed = listed_numbers(evidence, {"TPU_VISIBLE_CHIPS", "TPU_VISIBLE_DEVICES"}, Entries::numbers);
  if (!listed.is_set()) return;
  platform.facts.set(fact::tpu::visible_chips, listed.variable + "=" + listed.text,
                     {key_of(Kind::env, listed.variable)});
  std::vector<OwnNumbers> own(platform.devices.size());
  std::int64_t chip = 0;
  for (std::size_t n = 0; n < own.size(); ++n) {
    if (n > 0 && chip_of(platform.devices[n]) != chip_of(platform.devices[n - 1])) ++chip;
    own[n].first = chip;
  }
  // What libtpu makes of a list without any chip of this host nobody says.
  if (listed.numbers.empty() || *listed.numbers.begin() > chip) return;
  leave_visible(listed, own, platform.devices);
}

}  // namespace rigfit
