#include "probes/pci/pci.hpp"

#include <algorithm>
#include <map>

#include "probes/pci/lspci.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view bus_folder = "/sys/bus/pci/devices";

/// "0x10de\n" → "10de"; empty for what is no such number, or was cut.
std::string id_in(const Evidence& evidence, const std::string& path) {
  const Answer& answer = evidence.file(path);
  std::string_view text = trimmed(answer.text);
  if (!answer.found() || answer.truncated || !whole_number(text, 16)) return "";
  if (text.starts_with("0x")) text.remove_prefix(2);
  return lower(text);
}

PciDevice from_sysfs(const Evidence& evidence, const std::string& address) {
  PciDevice device;
  device.address = lower(address);
  const std::string folder = std::string(bus_folder) + "/" + address + "/";
  device.vendor = id_in(evidence, folder + "vendor");
  device.device = id_in(evidence, folder + "device");
  device.subvendor = id_in(evidence, folder + "subsystem_vendor");
  device.subdevice = id_in(evidence, folder + "subsystem_device");
  device.pci_class = id_in(evidence, folder + "class");
  device.revision = id_in(evidence, folder + "revision");
  if (const Answer& driver = evidence.link(folder + "driver"); driver.found())
    device.driver = driver.text.substr(driver.text.rfind('/') + 1);
  else if (driver.absent())
    device.driver = "";
  if (const auto numa = whole_number(evidence.text(folder + "numa_node")); numa && *numa >= 0)
    device.numa_node = static_cast<int>(*numa);
  device.power_state = trimmed(evidence.text(folder + "power/runtime_status"));
  device.sources = {key_of(Kind::file, folder + "vendor"), key_of(Kind::file, folder + "device"),
                    key_of(Kind::link, folder + "driver")};
  return device;
}

bool is_lspci(std::string_view line) { return line == "lspci" || line.starts_with("lspci "); }

/// What one source lacks the other may have: sysfs first.
void complete(PciDevice& device, const PciDevice& other) {
  for (std::string PciDevice::*text :
       {&PciDevice::vendor, &PciDevice::device, &PciDevice::subvendor, &PciDevice::subdevice, &PciDevice::pci_class,
        &PciDevice::revision, &PciDevice::name})
    if ((device.*text).empty()) device.*text = other.*text;
  if (!device.driver) device.driver = other.driver;
  if (!device.numa_node) device.numa_node = other.numa_node;
  device.sources.insert(device.sources.end(), other.sources.begin(), other.sources.end());
}

}  // namespace

Requests pci_first_look() {
  const std::string every = std::string(bus_folder) + "/*/";
  return {list(std::string(bus_folder)), file(every + "vendor", 16), file(every + "class", 16)};
}

Requests pci_second_look(const Evidence& evidence, const std::function<bool(const PciDevice&)>& wanted) {
  Requests requests;
  for (const PciDevice& device : pci_devices(evidence)) {
    if (!wanted(device) || device.sources.empty() || !device.sources.front().starts_with("file:")) continue;
    const std::string folder = std::string(bus_folder) + "/" + device.address + "/";
    for (const char* name :
         {"device", "subsystem_vendor", "subsystem_device", "revision", "numa_node", "power/runtime_status"})
      requests.push_back(file(folder + name, 64));
    requests.push_back(link(folder + "driver"));
  }
  return requests;
}

std::vector<PciDevice> pci_devices(const Evidence& evidence) {
  std::map<std::string, PciDevice> devices;
  for (const std::string& path : evidence.expand(std::string(bus_folder) + "/*")) {
    const std::string address = path.substr(bus_folder.size() + 1);
    PciDevice device = from_sysfs(evidence, address);
    devices.emplace(device.address, std::move(device));
  }
  for (const auto& [line, answer] : evidence.commands("lspci")) {
    if (!is_lspci(line) || answer->text.empty()) continue;
    for (PciDevice& device : parse_lspci(answer->text)) {
      device.sources = {"command:" + std::string(line)};
      const auto [it, is_new] = devices.try_emplace(device.address, device);
      if (!is_new) complete(it->second, device);
    }
  }
  std::vector<PciDevice> sorted;
  for (auto& [address, device] : devices) sorted.push_back(std::move(device));
  return sorted;
}

Truth pci_was_listed(const Evidence& evidence) {
  if (const Answer& bus = evidence.list(bus_folder); bus.found()) {
    // A function whose vendor or class could not be read may be anything.
    const bool all_read = std::all_of(bus.names.begin(), bus.names.end(), [&](const std::string& address) {
      const std::string folder = std::string(bus_folder) + "/" + address + "/";
      return !id_in(evidence, folder + "vendor").empty() && !id_in(evidence, folder + "class").empty();
    });
    if (all_read && !bus.truncated) return Truth::yes;
  }
  for (const auto& [line, answer] : evidence.commands("lspci"))
    if (is_lspci(line) && answer->found() && !answer->truncated && answer->exit.value_or(0) == 0 &&
        !parse_lspci(answer->text).empty() && lspci_is_whole(answer->text))
      return Truth::yes;
  if (!pci_devices(evidence).empty()) return Truth::unknown;  // some functions are recorded, maybe not all
  return evidence.list(bus_folder).absent() ? Truth::no : Truth::unknown;
}

std::vector<std::string> pci_sources(const Evidence& evidence) {
  std::vector<std::string> keys;
  if (evidence.list(bus_folder).outcome != Outcome::not_recorded) keys.push_back(key_of(Kind::list, bus_folder));
  for (const auto& [line, answer] : evidence.commands("lspci"))
    if (is_lspci(line)) keys.push_back("command:" + std::string(line));
  return keys;
}

}  // namespace rigfit
