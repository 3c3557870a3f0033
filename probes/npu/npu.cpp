#include "probes/npu/npu.hpp"

#include <algorithm>
#include <array>

#include "fact_names/accelerators.hpp"
#include "fact_names/device.hpp"
#include "probes/layers/driver_log.hpp"
#include "probes/npu/kinds.hpp"

namespace rigfit {
namespace {

struct Vendor {
  const AcceleratorKind& kind;
  Requests (*next)();
  void (*add_facts)(const Evidence&, Platform&);
};

const Vendor kinds[] = {{gaudi_kind, gaudi_next, add_gaudi_facts},
                        {neuron_kind, neuron_next, add_neuron_facts},
                        {ascend_kind, ascend_next, add_ascend_facts}};

// drivers/accel/habanalabs/common/firmware_if.c and device.c, ../ivpu/ivpu_fw.c, ../amdxdna/amdxdna_pci_drv.c,
// drivers/base/firmware_loader/main.c of https://github.com/torvalds/linux
constexpr std::array<DriverMessage, 8> log_messages{{
    {"habanalabs ", "Firmware file", "firmware_missing"},
    {"habanalabs ", "is NOT usable", "init_failed"},
    {"intel_vpu ", "Direct firmware load for ", "firmware_missing"},
    {"intel_vpu ", "Failed to request firmware", "firmware_missing"},
    {"amdxdna ", "Direct firmware load for ", "firmware_missing"},
    {"amdxdna ", "Incompatible firmware protocol", "firmware_other"},
    {"amdxdna ", "Enable PASID failed", "no_sva"},
    {"amdxdna ", "SVA bind device failed", "no_sva"},
}};

void append(Requests& requests, Requests more) {
  for (Request& request : more) requests.push_back(std::move(request));
}

/// A row of the table that names a vendor's accelerators, which nothing here can judge.
const DeviceModel* unjudged(const PciDevice& pci, const DeviceTable& table) {
  if (!pci.pci_class.starts_with("12") && !pci.pci_class.starts_with("0b") && !pci.pci_class.starts_with("03"))
    return nullptr;
  const DeviceModel* model = table.find(pci.vendor, pci.device.empty() ? "0000" : pci.device);
  return model && model->platform.empty() && model->kind == "accelerator" ? model : nullptr;
}

/// A processing accelerator of a vendor that no row of the table is of.
bool is_of_unknown_vendor(const PciDevice& pci, const DeviceTable& table) {
  return pci.pci_class.starts_with("12") && !pci.vendor.empty() &&
         std::none_of(table.rows().begin(), table.rows().end(),
                      [&](const DeviceModel& row) { return row.vendor == pci.vendor; });
}

/// What to call an accelerator that nothing here can judge; empty for what is none.
std::string unjudged_name(const PciDevice& pci, const DeviceTable& table) {
  if (const DeviceModel* model = unjudged(pci, table)) return model->name;
  if (!is_of_unknown_vendor(pci, table)) return "";
  const std::string id = pci.vendor + ":" + (pci.device.empty() ? "????" : pci.device);
  return pci.name.empty() ? "unknown accelerator (PCI id " + id + ")" : pci.name + " (PCI id " + id + ")";
}

// Order of evidence: 1. vendor and class of each PCI function (always read) 2. of those that may be one of these: id,
// driver, nodes and which device they belong to, the files of the library, what the driver says of itself in sysfs.
// No program is run.
Requests next(const Evidence& evidence, const DeviceTable& table) {
  Requests requests;
  for (const Vendor& one : kinds)
    if (Requests more = accelerator_next(evidence, one.kind); !more.empty()) {
      append(requests, std::move(more));
      append(requests, one.next());
    }
  for (const AcceleratorKind& kind : npu_kinds()) append(requests, accelerator_next(evidence, kind));
  const auto is_without_driver = [&](const AcceleratorKind& kind) { return lacks_driver(evidence, kind); };
  if (is_without_driver(gaudi_kind) || std::any_of(npu_kinds().begin(), npu_kinds().end(), is_without_driver))
    append(requests, kernel_log_requests());
  append(requests, pci_second_look(evidence, [&](const PciDevice& pci) {
           return unjudged(pci, table) != nullptr || is_of_unknown_vendor(pci, table);
         }));
  return requests;
}

Platform read_npus(const Evidence& evidence, const DeviceTable& table) {
  Platform platform;
  AcceleratorKind any = npu_kinds().front();
  any.vendors.clear();
  for (const AcceleratorKind& kind : npu_kinds()) {
    Platform one = read_accelerator(evidence, table, kind);
    for (Device& device : one.devices) platform.devices.push_back(std::move(device));
    if (!one.devices.empty()) platform.facts.add_unknown(one.facts);
    any.vendors.insert(any.vendors.end(), kind.vendors.begin(), kind.vendors.end());
  }
  platform.id = any.platform;
  read_driver_log(evidence, log_messages, platform);
  for (Device& device : platform.devices)
    cannot_start_by_log(device, "no_sva", "its driver cannot share the address space of programs with it");
  conclude(evidence, any, platform);
  return platform;
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Facts facts;
  for (const Vendor& one : kinds) {
    Platform platform = read_accelerator(evidence, table, one.kind);
    one.add_facts(evidence, platform);
    for (Device& device : platform.devices)
      device.facts.set_if_unknown(fact::device::memory_usable_bytes, Fact::unknown("no tool reported its memory"));
    if (&one.kind == &gaudi_kind) read_driver_log(evidence, log_messages, platform);
    conclude(evidence, one.kind, platform);
    facts.platforms.push_back(std::move(platform));
  }
  facts.platforms.push_back(read_npus(evidence, table));
  std::vector<std::string> others, sources;
  for (const PciDevice& pci : pci_devices(evidence))
    if (std::string name = unjudged_name(pci, table); !name.empty()) {
      if (std::find(others.begin(), others.end(), name) == others.end()) others.push_back(std::move(name));
      sources.insert(sources.end(), pci.sources.begin(), pci.sources.end());
    }
  if (!others.empty()) facts.host.set(fact::accelerators::unjudged, std::move(others), std::move(sources));
  return facts;
}

const Requests looks_at = pci_first_look();

}  // namespace

const Probe npu_probe{"npu", looks_at, next, read};

}  // namespace rigfit
