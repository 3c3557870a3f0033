#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// One PCI function as sysfs or lspci shows it. Ids are lower-case hex without 0x; empty when not recorded.
struct PciDevice {
  std::string address;  ///< "0000:01:00.0", lower case, domain always there
  std::string vendor, device, subvendor, subdevice;
  std::string pci_class;  ///< class and subclass, "0302"; with programming interface where known, "030200"
  std::string revision;
  bool reads_ones = false;            ///< lspci read nothing but ones from it ("rev ff"): it is off, or lost
  std::optional<std::string> driver;  ///< bound driver; "" when it is known that none is bound; nullopt when unknown
  std::optional<int> numa_node;       ///< -1 of sysfs is nullopt
  std::string power_state;            ///< power/runtime_status: "active", "suspended"; empty when not recorded
  std::string name;                   ///< as lspci prints it, without ids; empty from sysfs
  std::vector<std::string> sources;   ///< keys of the answers
};

/// The first look of any probe that starts at the bus: vendor and class of every function. Reading these wakes nothing.
Requests pci_first_look();

/// The second look: device, subsystem, driver link, NUMA node, runtime power status of each function that `wanted`
/// picks by vendor and class (as far as known).
Requests pci_second_look(const Evidence& evidence, const std::function<bool(const PciDevice&)>& wanted);

/// Every function the evidence shows, from /sys/bus/pci/devices, else from any recorded form of lspci
/// (plain, -nn, -nnk, -vvv, -mm, -nmm, -vmm, -D and their mixtures), sorted by address.
std::vector<PciDevice> pci_devices(const Evidence& evidence);

/// Whether the bus was looked at at all: yes (listed or lspci ran), no (the list is known to be absent, as in some
/// containers), unknown (not recorded).
Truth pci_was_listed(const Evidence& evidence);

/// The same, with the keys that say so.
std::vector<std::string> pci_sources(const Evidence& evidence);

}  // namespace rigfit
