#include "probes/rocm/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "probes/parse/text.hpp"
#include "probes/rocm/device.hpp"

namespace rigfit {

bool is_amd_gpu(const PciDevice& device) {
  return device.vendor == "1002" && (device.pci_class.starts_with("03") || device.pci_class.starts_with("12"));
}

std::vector<PciDevice> amd_gpus_on_bus(const Evidence& evidence) {
  std::vector<PciDevice> gpus = pci_devices(evidence);
  std::erase_if(gpus, [](const PciDevice& device) { return !is_amd_gpu(device); });
  return gpus;
}

bool is_node_denied(const Answer& answer) {
  return answer.outcome == Outcome::denied ||
         (answer.found() && answer.node && answer.node->readable && answer.node->writable &&
          !(*answer.node->readable && *answer.node->writable));
}

// {"session": [0, 44], "listed": [44, 109]}: the groups of this process, and those that /etc/group gives its user.
void read_membership(const Evidence& evidence, std::int64_t gid, std::string name, FactTable& facts) {
  const Answer& answer = evidence.ask("groups");
  if (!answer.found()) return;
  const nlohmann::json groups = nlohmann::json::parse(answer.text, nullptr, false);
  const auto holds = [&](const char* key) {
    const auto list = groups.find(key);
    if (list == groups.end() || !list->is_array()) return false;
    return std::any_of(list->begin(), list->end(),
                       [&](const nlohmann::json& one) { return one.is_number_integer() && one == gid; });
  };
  if (!groups.is_object() || !groups.contains("session") || !groups.contains("listed")) return;
  facts.set(std::move(name),
            std::string(holds("session")  ? "session"
                        : holds("listed") ? "listed"
                                          : "no"),
            {"ask:groups"});
}

namespace {

const std::string kfd_nodes = "list:/sys/class/kfd/kfd/topology/nodes";

/// The bus's row for a GPU of KFD or of a tool. Partitions of one GPU may show as functions that the bus does not list.
const PciDevice* on_bus_of(const std::vector<PciDevice>& on_bus, const AmdGpu& gpu) {
  for (const PciDevice& device : on_bus)
    if (device.address == gpu.address) return &device;
  for (const PciDevice& device : on_bus)
    if (!gpu.address.empty() && device.address.substr(0, 10) == gpu.address.substr(0, 10)) return &device;
  return nullptr;
}

}  // namespace

void read_rocm_devices(const Evidence& evidence, const RocmSeen& seen, const DeviceTable& table, Platform& platform) {
  std::vector<AmdGpu> gpus = seen.topology.gpus;
  merge_gpus(gpus, seen.listed.all.gpus);
  const std::vector<PciDevice> on_bus = amd_gpus_on_bus(evidence);
  std::vector<std::string> sources = seen.listed.sources;
  if (seen.topology.found) sources.push_back(kfd_nodes);
  if (gpus.empty() && on_bus.empty()) gpus = read_drm_cards(evidence), sources.push_back("list:/sys/class/drm");
  std::set<const PciDevice*> used;
  std::map<std::string, int> per_card;  // by the address without its function
  for (const AmdGpu& gpu : gpus)
    if (gpu.in_kfd && gpu.address.size() > 10) ++per_card[gpu.address.substr(0, 10)];
  for (AmdGpu& gpu : gpus) {
    const PciDevice* pci = on_bus_of(on_bus, gpu);
    if (!pci && gpu.address.empty() && gpus.size() == on_bus.size())
      pci = &on_bus[static_cast<std::size_t>(&gpu - gpus.data())];
    if (pci) used.insert(pci);
    if (pci && gpu.address.empty()) gpu.address = pci->address;
    // The folder on the bus is the card's: its memory is not the partition's.
    const bool is_part = per_card[gpu.address.substr(0, 10)] > 1;
    AmdGpu card = gpu;
    if (is_part && pci) card.address = pci->address;
    const auto own_memory = gpu.memory_bytes;
    add_from_sysfs(evidence, card);
    card.address = gpu.address;
    if (is_part && gpu.in_kfd) card.memory_bytes = own_memory;
    Device device = make_rocm_device(evidence, card, pci, table, sources);
    if (is_part && gpu.in_kfd)
      device.facts.set("partitions", std::int64_t{per_card[gpu.address.substr(0, 10)]}, sources);
    if (gpu.in_kfd)
      device.facts.set("allotted", gpu.allotted,
                       {fmt::format("file:/sys/class/kfd/kfd/topology/nodes/{}/gpu_id", gpu.node.value_or(0))});
    platform.devices.push_back(std::move(device));
  }
  for (const PciDevice& pci : on_bus) {
    if (used.count(&pci)) continue;
    AmdGpu gpu;
    gpu.address = pci.address;
    add_from_sysfs(evidence, gpu);
    platform.devices.push_back(make_rocm_device(evidence, gpu, &pci, table, pci.sources));
  }
  for (Device& device : platform.devices) {
    const bool listed = device.facts.has("node") && seen.topology.found;
    if (seen.topology.found && (listed || seen.topology.closed_nodes == 0))
      device.facts.set("kfd_listed", listed, {kfd_nodes});
    else if (seen.topology.absent)
      device.facts.set("kfd_listed", false, {kfd_nodes});
    if (const auto* minor = device.facts.get<std::int64_t>("render_minor")) {
      const std::string path = fmt::format("/dev/dri/renderD{}", *minor);
      const Answer& answer = evidence.node(path);
      const std::vector<std::string> source{key_of(Kind::node, path)};
      if (answer.absent())
        device.facts.set("render_node", std::string("absent"), source);
      else if (answer.found() && answer.node && answer.node->readable && answer.node->writable)
        device.facts.set("render_node", std::string(is_node_denied(answer) ? "denied" : "yes"), source);
      if (answer.node) {
        device.facts.set("render_gid", answer.node->gid, source);
        read_membership(evidence, answer.node->gid, "render_membership", device.facts);
      }
    }
    read_override(evidence, device);
  }
}

}  // namespace rigfit
