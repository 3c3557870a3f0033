#include "probes/tpu/chips.hpp"

#include <algorithm>
#include <set>

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

/// The state of one node: usable, denied, missing, or empty when nobody knows.
std::string access_to(const Evidence& evidence, const std::string& path) {
  const Answer& answer = evidence.node(path);
  if (answer.absent()) return "missing";
  if (answer.found() && answer.node && answer.node->readable && answer.node->writable)
    return *answer.node->readable && *answer.node->writable ? "usable" : "denied";
  if (answer.outcome == Outcome::denied) return "denied";
  // What was listed without this name is not there.
  const Answer& folder = evidence.list(path.substr(0, path.rfind('/')));
  const std::string name = path.substr(path.rfind('/') + 1);
  if (answer.outcome == Outcome::not_recorded &&
      (folder.absent() || (folder.found() && !folder.truncated &&
                           std::find(folder.names.begin(), folder.names.end(), name) == folder.names.end())))
    return "missing";
  return "";
}

struct ChipNode {
  std::string path, access;
  std::vector<std::string> sources;
};

/// The first that any of these nodes is: usable, denied, unknown, missing.
ChipNode best_of(const Evidence& evidence, std::string_view glob) {
  ChipNode best{"", "missing", {key_of(Kind::list, glob.substr(0, glob.rfind('/')))}};
  const auto rank = [](const std::string& access) {
    return access == "usable" ? 3 : access == "denied" ? 2 : access.empty() ? 1 : 0;
  };
  const Answer& folder = evidence.list(glob.substr(0, glob.rfind('/')));
  if (!folder.found() && !folder.absent()) best.access = "";
  for (const std::string& path : evidence.expand(glob)) {
    const std::string number = path.substr(path.find_last_not_of("0123456789") + 1);
    if (number.empty()) continue;  // /dev/vfio/vfio, and /dev/accel, which is a folder of other vendors' devices
    const std::string access = access_to(evidence, path);
    if (best.path.empty() || rank(access) > rank(best.access)) best = {path, access, {key_of(Kind::node, path)}};
  }
  return best;
}

ChipNode vfio_node(const Evidence& evidence, const PciDevice& pci) {
  const Answer& group = evidence.link(std::string(bus_folder) + pci.address + "/iommu_group");
  const std::string number = group.text.substr(group.text.rfind('/') + 1);
  ChipNode node = best_of(evidence, "/dev/vfio/*");
  if (group.found() && whole_number(number)) {
    const std::string path = "/dev/vfio/" + number;
    node = {path, access_to(evidence, path), {key_of(Kind::node, path)}};
  }
  // The group is opened through the container node beside it.
  const std::string container = access_to(evidence, "/dev/vfio/vfio");
  if (node.access == "usable" && (container == "denied" || container == "missing"))
    node = {"/dev/vfio/vfio", container, {"node:/dev/vfio/vfio"}};
  return node;
}

ChipNode node_of(const Evidence& evidence, const PciDevice& pci, Nodes nodes) {
  if (nodes == Nodes::accel) return best_of(evidence, "/dev/accel*");
  if (nodes == Nodes::vfio) return vfio_node(evidence, pci);
  const ChipNode vfio = vfio_node(evidence, pci), accel = best_of(evidence, "/dev/accel*");
  return accel.access == "usable" || (accel.access == "denied" && vfio.access != "usable") ? accel : vfio;
}

LayerState node_layer(const ChipNode& node) {
  if (node.access == "usable") return {Truth::yes, node.path + " may be opened", node.sources};
  if (node.access == "denied") return {Truth::no, node.path + " may not be opened by this user", node.sources};
  if (node.access == "missing")
    return {Truth::no, node.path.empty() ? "it has no device node" : "there is no " + node.path, node.sources};
  return {Truth::unknown, "whether its device node may be opened was not recorded", node.sources};
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
  std::vector<Device> devices;
  for (const PciDevice& pci : pci_devices(evidence)) {
    if (!may_be_cloud_tpu(pci) || pci.device.empty()) continue;
    const DeviceModel* model = table.find(pci.vendor, pci.device);
    if (model ? model->platform != "tpu" : !pci.pci_class.starts_with("12")) continue;
    const std::string twin = by_subsystem(pci);
    const std::string architecture = !twin.empty() ? twin : model ? model->architecture : "";
    Device device;
    device.facts.set("name",
                     !twin.empty() ? "Cloud TPU " + twin
                     : model       ? model->name
                                   : "Google accelerator",
                     pci.sources);
    device.facts.set("architecture", architecture.empty() ? Fact::unknown("its id does not tell", pci.sources)
                                                          : Fact::of(architecture, pci.sources));
    if (!architecture.empty())
      device.facts.set("generation", architecture, pci.sources);
    else if (model && !model->generation.empty())
      device.facts.set("generation", model->generation, pci.sources);
    else
      device.facts.set("generation", Fact::unknown("no table knows its id " + pci.device, pci.sources));
    device.facts.set("kind", std::string("tpu"), pci.sources);
    device.facts.set("pci_address", pci.address, pci.sources);
    device.facts.set("pci_vendor", pci.vendor, pci.sources);
    device.facts.set("pci_device", pci.device, pci.sources);
    if (pci.numa_node) device.facts.set("numa_node", std::int64_t{*pci.numa_node}, pci.sources);
    if (pci.driver)
      device.facts.set("kernel_driver", pci.driver->empty() ? Fact::of_none("no driver is bound", pci.sources)
                                                            : Fact::of(*pci.driver, pci.sources));
    device.facts.set("memory_total_bytes", model && model->memory_bytes
                                               ? Fact::of(*model->memory_bytes, pci.sources)
                                               : Fact::unknown("its id does not tell", pci.sources));
    const Nodes nodes = nodes_of(architecture);
    device.layers.set(Layer::bus, Truth::yes, "it is on the PCI bus", pci.sources);
    device.layers[Layer::kernel_driver] = driver_layer(pci, nodes);
    const ChipNode chip_node = node_of(evidence, pci, nodes);
    device.layers[Layer::device_node] = node_layer(chip_node);
    if (!chip_node.path.empty()) device.facts.set("path", chip_node.path, chip_node.sources);
    device.facts.set("node_access", chip_node.access.empty()
                                        ? Fact::unknown("its node was not recorded", chip_node.sources)
                                        : Fact::of(chip_node.access, chip_node.sources));
    devices.push_back(std::move(device));
  }
  return devices;
}

std::int64_t chip_count(const std::vector<Device>& devices) {
  std::set<std::string> chips;
  for (const Device& device : devices)
    if (const std::string* address = device.facts.get<std::string>("pci_address"))
      chips.insert(address->substr(0, address->rfind('.')));
  return static_cast<std::int64_t>(chips.size());
}

}  // namespace rigfit
