#include "probes/pci/pci.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "probes/parse/text.hpp"
#include "probes/pci/lspci.hpp"

namespace rigfit {
namespace {

constexpr std::string_view bus_folder = "/sys/bus/pci/devices";

/// "0x10de\n" → "10de"; empty for what is no such number, or was cut.
std::string id_in(const Answer& answer) {
  std::string_view text = trimmed(answer.text);
  if (!answer.found() || answer.truncated || !whole_number(text, 16)) return "";
  if (text.starts_with("0x")) text.remove_prefix(2);
  return lower(text);
}

/// What one attribute of a function says: NAME of /sys/bus/pci/devices/ADDRESS/NAME.
void take(PciDevice& device, std::string_view name, const Answer& answer) {
  static constexpr std::pair<std::string_view, std::string PciDevice::*> ids[] = {
      {"vendor", &PciDevice::vendor},
      {"device", &PciDevice::device},
      {"subsystem_vendor", &PciDevice::subvendor},
      {"subsystem_device", &PciDevice::subdevice},
      {"class", &PciDevice::pci_class},
      {"revision", &PciDevice::revision}};
  for (const auto& [file, id] : ids)
    if (name == file) device.*id = id_in(answer);
  if (!answer.found()) return;
  if (name == "power/runtime_status") device.power_state = trimmed(answer.text);
  if (name == "numa_node")
    if (const auto numa = whole_number(answer.text); numa && *numa >= 0) device.numa_node = static_cast<int>(*numa);
}

/// The functions of sysfs, sorted by address. Every probe asks for them in every round, so the keys, which lie side by
/// side, are walked once instead of being looked up one by one.
class SysfsDevices {
 public:
  explicit SysfsDevices(const Evidence& evidence) : evidence_(evidence) {
    const std::vector<std::string>& listed = evidence.list(bus_folder).names;
    devices_.reserve(listed.size());
    for (const std::string& address : listed) at(address);
    // A recording may hold attributes without the list that led to them.
    for (const Kind kind : {Kind::file, Kind::link, Kind::list, Kind::node})
      walk(kind, [&](std::string_view address, std::string_view, const Answer& answer) {
        if (!answer.absent() && answer.outcome != Outcome::not_recorded) at(address);
      });
    walk(Kind::file, [&](std::string_view address, std::string_view name, const Answer& answer) {
      if (PciDevice* device = find(address)) take(*device, name, answer);
    });
    walk(Kind::link, [&](std::string_view address, std::string_view name, const Answer& answer) {
      PciDevice* device = name == "driver" ? find(address) : nullptr;
      if (device && answer.found()) device->driver = answer.text.substr(answer.text.rfind('/') + 1);
      if (device && answer.absent()) device->driver = "";
    });
  }

  /// Of that address as the folder is named; null when the evidence does not show it.
  PciDevice* find(std::string_view address) {
    // Asked about one after the other, in their order.
    if (last_ < devices_.size() && devices_[last_].address != address) ++last_;
    if (last_ >= devices_.size() || devices_[last_].address != address)
      last_ = static_cast<std::size_t>(place_of(address) - devices_.begin());
    return last_ < devices_.size() && devices_[last_].address == address ? &devices_[last_] : nullptr;
  }
  std::vector<PciDevice> devices() && { return std::move(devices_); }

 private:
  std::vector<PciDevice>::iterator place_of(std::string_view address) {
    return std::lower_bound(devices_.begin(), devices_.end(), address,
                            [](const PciDevice& device, std::string_view other) { return device.address < other; });
  }
  void at(std::string_view address) {
    if (devices_.empty() || devices_.back().address < address)
      devices_.emplace_back().address = address;
    else if (!find(address))
      devices_.emplace(place_of(address))->address = address;
  }
  template <class Visit>
  void walk(Kind kind, const Visit& visit) const {
    const std::string prefix = key_of(kind, std::string(bus_folder) + "/");
    for (auto it = evidence_.answers.lower_bound(prefix);
         it != evidence_.answers.end() && it->first.starts_with(prefix); ++it) {
      const std::string_view tail = std::string_view(it->first).substr(prefix.size());
      const std::string_view address = tail.substr(0, tail.find('/'));
      if (!address.empty()) visit(address, tail.substr(std::min(address.size() + 1, tail.size())), it->second);
    }
  }

  const Evidence& evidence_;
  std::vector<PciDevice> devices_;
  std::size_t last_ = 0;  ///< that was found
};

bool by_address(const PciDevice& a, const PciDevice& b) { return a.address < b.address; }
bool not_in_order(const PciDevice& a, const PciDevice& b) { return a.address >= b.address; }
bool same_address(const PciDevice& a, const PciDevice& b) { return a.address == b.address; }

bool is_lspci(std::string_view line) { return line == "lspci" || line.starts_with("lspci "); }

/// Old cards have a function for a second screen beside that of the GPU: "RV350 [Radeon 9550] (Secondary)", a display
/// controller behind the VGA controller of the same slot. It is no GPU of its own.
bool is_second_screen(const PciDevice& device, const std::vector<PciDevice>& all) {
  if (device.name.ends_with("(Secondary)") || device.name.ends_with("(secondary)")) return true;
  const bool is_integrated = device.vendor == "8086";  // its second function has an id of its own in the listings
  if (is_integrated || !device.pci_class.starts_with("0380") || device.address.ends_with(".0")) return false;
  const std::string first = device.address.substr(0, device.address.size() - 1) + "0";
  return std::any_of(all.begin(), all.end(), [&](const PciDevice& other) {
    return other.address == first && other.vendor == device.vendor && other.pci_class.starts_with("0300");
  });
}

/// What one source lacks the other may have: sysfs first.
void complete(PciDevice& device, const PciDevice& other) {
  for (std::string PciDevice::*text :
       {&PciDevice::vendor, &PciDevice::device, &PciDevice::subvendor, &PciDevice::subdevice, &PciDevice::pci_class,
        &PciDevice::revision, &PciDevice::name})
    if ((device.*text).empty()) device.*text = other.*text;
  if (!device.driver) device.driver = other.driver;
  if (!device.numa_node) device.numa_node = other.numa_node;
  device.reads_ones = device.reads_ones || other.reads_ones;
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
  // Which CPUs lie near a device; what they are is only asked where there is one.
  if (!requests.empty()) {
    requests.push_back(file("/sys/devices/system/node/node*/cpulist", 4096));
    requests.push_back(file("/sys/devices/system/cpu/smt/active", 16));
  }
  return requests;
}

namespace {

/// Whether sysfs lists the functions, and tells of each what it is: one whose vendor or class could not be read may be
/// anything.
bool lists_all(const Answer& bus, SysfsDevices& devices) {
  return bus.found() && !bus.truncated &&
         std::all_of(bus.names.begin(), bus.names.end(), [&](const std::string& address) {
           const PciDevice& device = *devices.find(address);
           return !device.vendor.empty() && !device.pci_class.empty();
         });
}

/// Without those that are a second screen.
void keep_first_screens(std::vector<PciDevice>& devices) {
  std::vector<std::string> others;
  for (const PciDevice& device : devices)
    if (is_second_screen(device, devices)) others.push_back(device.address);
  if (!others.empty())
    std::erase_if(devices, [&](const PciDevice& device) {
      return std::find(others.begin(), others.end(), device.address) != others.end();
    });
}

struct PciBus {
  PciDevices devices;
  Truth was_listed = Truth::unknown;
};

PciBus read_bus(const Evidence& evidence) {
  const Answer& bus = evidence.list(bus_folder);
  SysfsDevices sysfs(evidence);
  bool is_listed = lists_all(bus, sysfs);
  std::vector<PciDevice> devices = std::move(sysfs).devices();
  for (PciDevice& device : devices) {
    const std::string folder = std::string(bus_folder) + "/" + device.address + "/";
    device.sources = {key_of(Kind::file, folder + "vendor"), key_of(Kind::file, folder + "device"),
                      key_of(Kind::link, folder + "driver")};
    device.address = lower(device.address);
  }
  if (std::adjacent_find(devices.begin(), devices.end(), not_in_order) != devices.end()) {  // a recording's spelling
    std::stable_sort(devices.begin(), devices.end(), by_address);
    devices.erase(std::unique(devices.begin(), devices.end(), same_address), devices.end());
  }
  for (const auto& [line, answer] : evidence.commands("lspci")) {
    if (!is_lspci(line) || answer->text.empty()) continue;
    LspciListing listing = read_lspci(answer->text);
    is_listed = is_listed || (answer->found() && !answer->truncated && answer->exit.value_or(0) == 0 &&
                              !listing.devices.empty() && listing.is_whole);
    for (PciDevice& device : listing.devices) {
      device.sources = {"command:" + std::string(line)};
      device.reads_ones = device.revision == "ff";
      const auto it = std::lower_bound(devices.begin(), devices.end(), device, by_address);
      if (it != devices.end() && it->address == device.address)
        complete(*it, device);
      else
        devices.insert(it, std::move(device));
    }
  }
  keep_first_screens(devices);
  // Where some functions are recorded, maybe not all are.
  const Truth was_listed = is_listed ? Truth::yes : devices.empty() && bus.absent() ? Truth::no : Truth::unknown;
  return {PciDevices(std::move(devices)), was_listed};
}

thread_local PciReading* innermost = nullptr;

}  // namespace

PciReading::PciReading(const Evidence& evidence) : evidence_(evidence), outer_(innermost) { innermost = this; }
PciReading::~PciReading() { innermost = outer_; }

PciReading* PciReading::of(const Evidence& evidence) {
  PciReading* one = innermost;
  while (one && &one->evidence_ != &evidence) one = one->outer_;
  return one;
}

PciDevices pci_devices(const Evidence& evidence) {
  PciReading* reading = PciReading::of(evidence);
  if (!reading) return read_bus(evidence).devices;
  if (!reading->devices_) {
    PciBus bus = read_bus(evidence);
    reading->was_listed_ = bus.was_listed;
    reading->devices_.emplace(std::move(bus.devices));
  }
  return *reading->devices_;
}

Truth pci_was_listed(const Evidence& evidence) {
  PciReading* reading = PciReading::of(evidence);
  if (!reading) return read_bus(evidence).was_listed;
  pci_devices(evidence);  // reads both
  return *reading->was_listed_;
}

std::vector<std::string> pci_sources(const Evidence& evidence) {
  std::vector<std::string> keys;
  if (evidence.list(bus_folder).outcome != Outcome::not_recorded) keys.push_back(key_of(Kind::list, bus_folder));
  for (const auto& [line, answer] : evidence.commands("lspci"))
    if (is_lspci(line)) keys.push_back("command:" + std::string(line));
  return keys;
}

}  // namespace rigfit
