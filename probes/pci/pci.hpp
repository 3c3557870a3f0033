#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// Functions, sorted by address. Copies share them.
class PciDevices {
 public:
  explicit PciDevices(std::vector<PciDevice> all)
      : all_(std::make_shared<const std::vector<PciDevice>>(std::move(all))) {}

  operator const std::vector<PciDevice>&() const { return *all_; }
  auto begin() const { return all_->begin(); }
  auto end() const { return all_->end(); }
  bool empty() const { return all_->empty(); }

 private:
  std::shared_ptr<const std::vector<PciDevice>> all_;
};

/// Every function the evidence shows, from /sys/bus/pci/devices, else from any recorded form of lspci
/// (plain, -nn, -nnk, -vvv, -mm, -nmm, -vmm, -D and their mixtures).
PciDevices pci_devices(const Evidence& evidence);

/// While one of these lives, the bus of that evidence is read once for all who ask in this thread: dozens of times in
/// each round. The evidence may not change meanwhile.
class PciReading {
 public:
  explicit PciReading(const Evidence& evidence);
  ~PciReading();
  PciReading(const PciReading&) = delete;
  PciReading& operator=(const PciReading&) = delete;

 private:
  friend PciDevices pci_devices(const Evidence& evidence);
  friend Truth pci_was_listed(const Evidence& evidence);
  /// The innermost one of this thread that is about `evidence`; null for none.
  static PciReading* of(const Evidence& evidence);

  const Evidence& evidence_;
  PciReading* outer_;
  std::optional<PciDevices> devices_;
  std::optional<Truth> was_listed_;
};

/// Whether the bus was looked at at all: yes (listed or lspci ran), no (the list is known to be absent, as in some
/// containers), unknown (not recorded).
Truth pci_was_listed(const Evidence& evidence);

/// The same, with the keys that say so.
std::vector<std::string> pci_sources(const Evidence& evidence);

}  // namespace rigfit
