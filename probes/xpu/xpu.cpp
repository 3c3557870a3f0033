#include "probes/xpu/xpu.hpp"

#include <nlohmann/json.hpp>

#include "probes/pci/accelerator.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

const AcceleratorKind kind{"xpu", "Intel GPU that frameworks name", {"i915", "xe"}, {"/dev/dri/renderD*"}, {"8086"}};

bool is_display(const PciDevice& device) { return device.vendor == "8086" && device.pci_class.starts_with("03"); }

Requests next(const Evidence& evidence, const DeviceTable&) {
  Requests requests = pci_second_look(evidence, is_display);
  if (!requests.empty()) requests.push_back(node("/dev/dri/renderD*"));
  return requests;
}

struct Told {
  std::string name, address, id, driver;
  std::optional<std::int64_t> memory, units;
};

std::string text(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}
std::optional<std::int64_t> number(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end()) return std::nullopt;
  if (it->is_number_integer()) return it->get<std::int64_t>();
  return it->is_string() ? whole_number(it->get_ref<const std::string&>()) : std::nullopt;
}

// xpu-smi discovery -j: {"device_list": [{"device_id": 0, "device_name": "…", "pci_bdf_address": "0000:4d:00.0",
// "pci_device_id": "0x20a"}]} clinfo --json: {"devices": [{"online": [{"CL_DEVICE_NAME": "…",
// "CL_DEVICE_GLOBAL_MEM_SIZE": …, "CL_DRIVER_VERSION": "…"}]}]}
std::vector<Told> parse_json(std::string_view json) {
  std::vector<Told> all;
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (!document.is_object()) return all;
  if (const auto list = document.find("device_list"); list != document.end() && list->is_array())
    for (const auto& one : *list)
      if (one.is_object())
        all.push_back({text(one, "device_name"), lower(text(one, "pci_bdf_address")), text(one, "pci_device_id"), "",
                       std::nullopt, std::nullopt});
  if (const auto platforms = document.find("devices"); platforms != document.end() && platforms->is_array())
    for (const auto& platform : *platforms) {
      if (!platform.is_object() || !platform.contains("online") || !platform["online"].is_array()) continue;
      for (const auto& one : platform["online"]) {
        if (!one.is_object() || !contains(text(one, "CL_DEVICE_NAME"), "Intel")) continue;
        std::string address = text(one, "CL_DEVICE_PCI_BUS_INFO_KHR");
        if (address.starts_with("PCI-E, ")) address.erase(0, 7);
        all.push_back({text(one, "CL_DEVICE_NAME"), lower(address), "", text(one, "CL_DRIVER_VERSION"),
                       number(one, "CL_DEVICE_GLOBAL_MEM_SIZE"), std::nullopt});
      }
    }
  return all;
}

// | 0         | Device Name: Intel(R) Graphics [0x020a]                        |
// |           | PCI BDF Address: 0000:4d:00.0                                  |
std::vector<Told> parse_table(std::string_view table) {
  std::vector<Told> all;
  for (const std::string_view line : lines_of(table)) {
    const auto cells = split(line, '|');
    for (const std::string_view cell : cells) {
      const auto pair = key_value(cell);
      if (!pair) continue;
      if (pair->first == "Device Name")
        all.push_back({std::string(pair->second), "", "", "", std::nullopt, std::nullopt});
      if (all.empty()) continue;
      if (pair->first == "PCI BDF Address") all.back().address = lower(pair->second);
      if (pair->first == "Driver Version")
        all.back().driver = says_nothing(pair->second) ? "" : std::string(pair->second);
      if (pair->first == "Memory Physical Size") all.back().memory = size_bytes(pair->second);
      if (pair->first == "Number of EUs") all.back().units = whole_number(pair->second);
    }
  }
  return all;
}

void add_told(const std::vector<Told>& told, const DeviceTable& table, const std::vector<std::string>& source,
              Platform& platform) {
  for (const Told& one : told) {
    Device* device = nullptr;
    for (Device& known : platform.devices)
      if (const std::string* address = known.facts.get<std::string>("pci_address"); address && *address == one.address)
        device = &known;
    if (!device) {
      device = &platform.devices.emplace_back();
      for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library})
        device->layers.set(layer, Truth::yes, "a tool lists it", source);
      device->layers.set(Layer::runtime_init, Truth::yes, "the runtime lists it", source);
      device->state = state_of(device->layers);
    }
    device->facts.set("name", one.name, source);
    device->facts.set("kind", std::string("gpu"), source);
    if (!one.address.empty()) device->facts.set("pci_address", one.address, source);
    if (!one.id.empty()) device->facts.set("pci_device", one.id, source);
    if (!one.driver.empty()) device->facts.set("driver_version", one.driver, source);
    if (one.units) device->facts.set("execution_units", *one.units, source);
    device->facts.set("memory_total_bytes",
                      one.memory ? Fact::of(*one.memory, source) : Fact::unknown("not told", source));
    const DeviceModel* model = one.id.empty() ? nullptr : table.find("8086", one.id);
    device->facts.set_if_unknown("architecture", model && !model->architecture.empty()
                                                     ? Fact::of(model->architecture, source)
                                                     : Fact::unknown("not told", source));
    platform.state = device->state;
    platform.layers = device->layers;
    platform.because = "a tool lists it";
  }
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Platform platform = read_accelerator(evidence, table, kind);
  for (Device& device : platform.devices) device.facts.set("supported", true, device.facts.at("name").sources);
  for (const auto& [line, answer] : evidence.commands("clinfo"))
    add_told(parse_json(answer->text), table, {"command:" + std::string(line)}, platform);
  for (const char* program : {"xpu-smi", "xpumcli"})
    for (const auto& [line, answer] : evidence.commands(program))
      add_told(trimmed(answer->text).starts_with('{') ? parse_json(answer->text) : parse_table(answer->text), table,
               {"command:" + std::string(line)}, platform);
  // An Intel GPU that no framework names is there all the same.
  if (platform.devices.empty())
    for (const PciDevice& pci : pci_devices(evidence)) {
      if (!is_display(pci)) continue;
      Device device;
      device.facts.set("name", pci.name.empty() ? Fact::unknown("its id is not in the device table", pci.sources)
                                                : Fact::of(pci.name, pci.sources));
      device.facts.set("architecture", Fact::unknown("its id is not in the device table", pci.sources));
      device.facts.set("memory_total_bytes", Fact::unknown("no source tells it", pci.sources));
      device.facts.set("kind", std::string("display"), pci.sources);
      device.facts.set("supported", false, pci.sources);
      device.facts.set("pci_address", pci.address, pci.sources);
      device.facts.set("pci_vendor", pci.vendor, pci.sources);
      device.facts.set("pci_device", pci.device, pci.sources);
      if (pci.driver)
        device.facts.set("kernel_driver", pci.driver->empty() ? Fact::of_none("no driver is bound", pci.sources)
                                                              : Fact::of(*pci.driver, pci.sources));
      device.because = platform.state == State::absent ? "no framework names it" : "its device id was not recorded";
      device.state = platform.state;
      platform.devices.push_back(std::move(device));
      if (platform.state == State::absent) platform.because = "an Intel GPU that no framework names";
    }
  Facts facts;
  facts.platforms.push_back(std::move(platform));
  return facts;
}

const Requests looks_at = pci_first_look();

}  // namespace

const Probe xpu_probe{"xpu", looks_at, next, read};

}  // namespace rigfit
