#include "probes/tpu/edge.hpp"

#include <algorithm>
#include <array>

#include "fact_names/device.hpp"
#include "probes/layers/node_access.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {
namespace {

constexpr std::string_view usb_folder = "/sys/bus/usb/devices";
constexpr std::array<const char*, 4> libraries{"/usr/lib/x86_64-linux-gnu/libedgetpu.so.1",
                                               "/usr/lib/aarch64-linux-gnu/libedgetpu.so.1",
                                               "/usr/lib64/libedgetpu.so.1", "/usr/local/lib/libedgetpu.so.1"};

bool is_edge(const DeviceModel* model) { return model && model->kind == "edge_tpu"; }

std::string attribute(const Evidence& evidence, const std::string& device, const char* name) {
  return std::string(trimmed(evidence.text(std::string(usb_folder) + "/" + device + "/" + name)));
}

/// "1-2.3" are devices; "usb1" and "1-0:1.0" are root hubs and interfaces.
std::vector<std::string> usb_devices(const Evidence& evidence) {
  std::vector<std::string> devices;
  for (const std::string& path : evidence.expand(std::string(usb_folder) + "/*")) {
    const std::string name = path.substr(usb_folder.size() + 1);
    if (name.find('-') != name.npos && name.find(':') == name.npos) devices.push_back(name);
  }
  return devices;
}

/// "/dev/bus/usb/002/007"
std::string usb_node(const Evidence& evidence, const std::string& device) {
  const auto bus = whole_number(attribute(evidence, device, "busnum")),
             number = whole_number(attribute(evidence, device, "devnum"));
  if (!bus || !number || *bus < 1 || *number < 1 || *bus > 999 || *number > 999) return "";
  const auto padded = [](std::int64_t n) {
    const std::string digits = std::to_string(n);
    return std::string(3 - digits.size(), '0') + digits;
  };
  return "/dev/bus/usb/" + padded(*bus) + "/" + padded(*number);
}

const DeviceModel* usb_model(const Evidence& evidence, const DeviceTable& table, const std::string& device) {
  const std::string vendor = attribute(evidence, device, "idVendor"),
                    product = attribute(evidence, device, "idProduct");
  const DeviceModel* model = vendor.empty() || product.empty() ? nullptr : table.find(vendor, product, "usb");
  return is_edge(model) ? model : nullptr;
}

/// Google's vendor id on USB, and the one that a Coral bears before its firmware is loaded.
bool is_of_coral(const std::string& vendor) { return vendor == "18d1" || vendor == "1a6e"; }

LayerState node_layer(const Evidence& evidence, const std::vector<std::string>& paths, const std::string& missing) {
  NodeAccess best{NodeProblem::unknown, {Truth::unknown, "its device node was not recorded", {}}};
  bool is_first = true;
  for (const std::string& path : paths) {
    NodeAccess one = access_to_node(evidence, path);
    if (evidence.node(path).outcome == Outcome::not_recorded) continue;
    if (one.problem == NodeProblem::missing) one.layer.because = missing;
    if (is_first || tells_more(one.problem, best.problem)) best = std::move(one);
    is_first = false;
  }
  return best.layer;
}

LayerState library_layer(const Evidence& evidence) {
  bool all_absent = true;
  for (const char* path : libraries) {
    const Answer& answer = evidence.node(path);
    if (answer.found()) return {Truth::yes, std::string(path) + " is installed", {key_of(Kind::node, path)}};
    all_absent = all_absent && answer.absent();
  }
  if (!all_absent) return {Truth::unknown, "whether libedgetpu is installed was not recorded", {}};
  return {Truth::no, "libedgetpu.so.1 is in no folder of the system", {key_of(Kind::node, libraries[0])}};
}

void finish(Device& device, const DeviceModel& model, const Evidence& evidence) {
  device.facts.set(fact::device::kind, std::string("edge_tpu"), {});
  device.facts.set(fact::device::name, model.name, device.layers[Layer::bus].sources);
  device.facts.set(fact::device::architecture, Fact::of_none("it runs compiled TensorFlow Lite models only"));
  device.facts.set(fact::device::memory_total_bytes, Fact::unknown("no source tells it"));
  device.facts.set(fact::device::integrated, false, {});
  device.layers[Layer::user_library] = library_layer(evidence);
}

}  // namespace

Request usb_first_look() { return list(std::string(usb_folder)); }

Requests edge_requests(const Evidence& evidence, const DeviceTable& table) {
  Requests requests;
  bool is_there = false;
  for (const std::string& device : usb_devices(evidence)) {
    const std::string folder = std::string(usb_folder) + "/" + device + "/";
    requests.push_back(file(folder + "idVendor", 16));
    if (!is_of_coral(attribute(evidence, device, "idVendor"))) continue;
    for (const char* name : {"idProduct", "busnum", "devnum"}) requests.push_back(file(folder + name, 16));
    if (!usb_model(evidence, table, device)) continue;
    is_there = true;
    if (std::string path = usb_node(evidence, device); !path.empty()) requests.push_back(node(std::move(path)));
  }
  for (const PciDevice& pci : pci_devices(evidence)) {
    if (pci.vendor != "1ac1") continue;
    is_there = true;
    requests.push_back(node("/dev/apex_*"));
  }
  if (is_there)
    for (const char* path : libraries) requests.push_back(node(path));
  return requests;
}

bool may_be_edge_tpu(const Evidence& evidence) {
  const PciDevices all = pci_devices(evidence);
  const std::vector<std::string> usb = usb_devices(evidence);
  return std::any_of(all.begin(), all.end(),
                     [](const PciDevice& pci) { return pci.vendor == "1ac1" && pci.device.empty(); }) ||
         std::any_of(usb.begin(), usb.end(), [&](const std::string& device) {
           const std::string vendor = attribute(evidence, device, "idVendor");
           return vendor.empty() || (is_of_coral(vendor) && attribute(evidence, device, "idProduct").empty());
         });
}

std::vector<Device> edge_tpus(const Evidence& evidence, const DeviceTable& table) {
  std::vector<Device> devices;
  for (const PciDevice& pci : pci_devices(evidence)) {
    const DeviceModel* model = pci.device.empty() ? nullptr : table.find(pci.vendor, pci.device);
    if (!is_edge(model)) continue;
    Device device;
    device.facts.set(fact::device::pci_address, pci.address, pci.sources);
    device.facts.set(fact::device::pci_vendor, pci.vendor, pci.sources);
    device.facts.set(fact::device::pci_device, pci.device, pci.sources);
    device.facts.set(fact::device::bus, std::string("pci"), pci.sources);
    device.layers.set(Layer::bus, Truth::yes, "it is on the PCI bus", pci.sources);
    if (!pci.driver)
      device.layers.set(Layer::kernel_driver, Truth::unknown, "which driver is bound was not recorded", pci.sources);
    else
      device.layers.set(Layer::kernel_driver, truth_of(*pci.driver == "apex"),
                        pci.driver->empty()     ? "no driver is bound"
                        : *pci.driver == "apex" ? "apex is bound"
                                                : *pci.driver + " is bound, which is not its driver",
                        pci.sources);
    device.layers[Layer::device_node] = node_layer(evidence, evidence.expand("/dev/apex_*"), "it has no device node");
    if (const Answer& dev = evidence.list("/dev");
        evidence.expand("/dev/apex_*").empty() && dev.found() && !dev.truncated)
      device.layers.set(Layer::device_node, Truth::no, "there is no /dev/apex_0", {"list:/dev"});
    finish(device, *model, evidence);
    devices.push_back(std::move(device));
  }
  for (const std::string& name : usb_devices(evidence)) {
    const DeviceModel* model = usb_model(evidence, table, name);
    if (!model) continue;
    const std::vector<std::string> sources{key_of(Kind::file, std::string(usb_folder) + "/" + name + "/idVendor"),
                                           key_of(Kind::file, std::string(usb_folder) + "/" + name + "/idProduct")};
    Device device;
    device.facts.set(fact::device::bus, std::string("usb"), sources);
    device.layers.set(Layer::bus, Truth::yes, "it is on USB", sources);
    device.layers.set(Layer::kernel_driver, Truth::yes, "none is needed: libedgetpu speaks USB itself", sources);
    const std::string path = usb_node(evidence, name);
    device.layers[Layer::device_node] = node_layer(
        evidence, path.empty() ? std::vector<std::string>{} : std::vector<std::string>{path}, "there is no " + path);
    finish(device, *model, evidence);
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace rigfit
