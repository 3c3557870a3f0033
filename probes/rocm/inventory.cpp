#include "probes/rocm/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "fact_names/device.hpp"
#include "fact_names/rocm.hpp"
#include "probes/layers/join.hpp"
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

std::string node_word(NodeProblem problem) {
  switch (problem) {
    case NodeProblem::none:
      return "yes";
    case NodeProblem::missing:
      return "absent";
    case NodeProblem::denied:
      return "denied";
    default:
      return "";
  }
}

// {"session": [0, 44], "listed": [44, 109]}: the groups of this process, and those that /etc/group gives its user.
std::optional<std::string> membership_in(const Evidence& evidence, std::int64_t gid) {
  const Answer& answer = evidence.ask("groups");
  if (!answer.found()) return std::nullopt;
  const nlohmann::json groups = nlohmann::json::parse(answer.text, nullptr, false);
  const auto holds = [&](const char* key) {
    const auto list = groups.find(key);
    if (list == groups.end() || !list->is_array()) return false;
    return std::any_of(list->begin(), list->end(),
                       [&](const nlohmann::json& one) { return one.is_number_integer() && one == gid; });
  };
  if (!groups.is_object() || !groups.contains("session") || !groups.contains("listed")) return std::nullopt;
  return holds("session") ? "session" : holds("listed") ? "listed" : "no";
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

/// A GPU with all that is reported of it.
struct Found {
  AmdGpu gpu;
  const PciDevice* pci = nullptr;
  bool is_listed = false;  ///< by KFD or a tool, not by the bus alone
};

/// Those of KFD, in the runtime's order, then those that only the bus shows, as what other listings are joined to.
DeviceListing certain_gpus(const Evidence& evidence, const RocmSeen& seen, const std::vector<PciDevice>& on_bus,
                           std::vector<Found>& found) {
  DeviceListing certain;
  certain.numbering = "kfd";
  certain.is_authority = seen.topology.found || pci_was_listed(evidence) == Truth::yes;
  std::set<std::string> addresses;
  const auto is_driven = [](const PciDevice& pci) { return !pci.driver || *pci.driver == "amdgpu"; };
  const bool is_any_driven = std::any_of(on_bus.begin(), on_bus.end(), is_driven) || seen.topology.found;
  std::set<const PciDevice*> used;
  for (const AmdGpu& gpu : seen.topology.gpus) {
    found.push_back({gpu, on_bus_of(on_bus, gpu), true});
    if (gpu.address.empty() && seen.topology.gpus.size() == on_bus.size()) {
      found.back().pci = &on_bus[found.size() - 1];
      found.back().gpu.address = found.back().pci->address;
    }
    if (found.back().pci) used.insert(found.back().pci);
    // Partitions may share their card's address, and are devices each.
    const std::string& address = found.back().gpu.address;
    certain.rows.push_back({addresses.insert(address).second ? address : "", "", gpu.node, "", gpu.device_id});
  }
  for (const PciDevice& pci : on_bus) {
    if (used.count(&pci)) continue;
    found.push_back({{}, &pci, false});
    found.back().gpu.address = pci.address;
    certain.rows.push_back({pci.address, "", std::nullopt, "", pci.device, !is_any_driven || is_driven(pci)});
  }
  return certain;
}

/// All GPUs, each once: of KFD, of the bus, and where neither was looked at, of the tools.
std::vector<Found> find_gpus(const Evidence& evidence, const RocmSeen& seen, const std::vector<PciDevice>& on_bus,
                             Platform& platform) {
  std::vector<Found> found;
  std::vector<DeviceListing> listings{certain_gpus(evidence, seen, on_bus, found)};
  for (const ToolListing& tool : seen.listed.listings) {
    DeviceListing& listing = listings.emplace_back();
    listing.numbering = tool.numbering;
    if (tool.is_whole) listing.length = tool.gpus.size();
    for (const AmdGpu& gpu : tool.gpus)
      listing.rows.push_back({gpu.address, "", tool.numbering == "kfd" ? gpu.node : gpu.index, "", gpu.device_id});
  }
  const DeviceJoin join = join_listings(listings);
  std::vector<std::optional<std::size_t>> place_of(join.devices);
  for (std::size_t n = 0; n < found.size(); ++n)
    if (join.at[0][n]) place_of[*join.at[0][n]] = n;
  std::vector<std::string> unplaced, sources;
  for (std::size_t n = 0; n < seen.listed.listings.size(); ++n)
    for (std::size_t row = 0; row < seen.listed.listings[n].gpus.size(); ++row) {
      const AmdGpu& gpu = seen.listed.listings[n].gpus[row];
      const std::string& key = seen.listed.listings[n].key;
      const auto device = join.at[n + 1][row];
      if (!device) {
        unplaced.push_back(fmt::format("{} of {}", gpu.name.empty() ? fmt::format("row {}", row + 1) : gpu.name,
                                       std::string_view(key).substr(key.find(':') + 1)));
        sources.push_back(key);
      } else if (place_of[*device]) {
        complete(found[*place_of[*device]].gpu, gpu);
        found[*place_of[*device]].is_listed = true;
      } else {
        place_of[*device] = found.size();
        found.push_back({gpu, on_bus_of(on_bus, gpu), true});
      }
    }
  if (!unplaced.empty()) platform.facts.set(fact::rocm::unplaced_rows, std::move(unplaced), std::move(sources));
  return found;
}

}  // namespace

void read_rocm_devices(const Evidence& evidence, const RocmSeen& seen, const DeviceTable& table, Platform& platform) {
  const std::vector<PciDevice> on_bus = amd_gpus_on_bus(evidence);
  std::vector<Found> all = find_gpus(evidence, seen, on_bus, platform);
  std::vector<std::string> sources = seen.listed.sources;
  if (seen.topology.found) sources.push_back(kfd_nodes);
  if (all.empty() && on_bus.empty()) {
    for (AmdGpu& gpu : read_drm_cards(evidence)) all.push_back({std::move(gpu), nullptr, true});
    sources.push_back("list:/sys/class/drm");
  }
  std::map<std::string, int> per_card;  // by the address without its function
  for (const Found& one : all)
    if (one.gpu.in_kfd && one.gpu.address.size() > 10) ++per_card[one.gpu.address.substr(0, 10)];
  for (Found& one : all) {
    const AmdGpu& gpu = one.gpu;
    // The folder on the bus is the card's: its memory is not the partition's.
    const bool is_part = gpu.address.size() > 10 && per_card[gpu.address.substr(0, 10)] > 1;
    AmdGpu card = gpu;
    if (is_part && one.pci) card.address = one.pci->address;
    const auto own_memory = gpu.memory_bytes;
    add_from_sysfs(evidence, card);
    card.address = gpu.address;
    if (is_part && gpu.in_kfd) card.memory_bytes = own_memory;
    Device device =
        make_rocm_device(evidence, card, one.pci, table, one.pci && !one.is_listed ? one.pci->sources : sources);
    if (is_part && gpu.in_kfd)
      device.facts.set(fact::device::partitions, std::int64_t{per_card[gpu.address.substr(0, 10)]}, sources);
    if (gpu.in_kfd)
      device.facts.set(fact::device::allotted, gpu.allotted,
                       {fmt::format("file:/sys/class/kfd/kfd/topology/nodes/{}/gpu_id", gpu.node.value_or(0))});
    platform.devices.push_back(std::move(device));
  }
  for (Device& device : platform.devices) {
    const bool listed = device.facts.has(fact::device::node) && seen.topology.found;
    if (seen.topology.found && (listed || seen.topology.closed_nodes == 0))
      device.facts.set(fact::device::kfd_listed, listed, {kfd_nodes});
    else if (seen.topology.absent)
      device.facts.set(fact::device::kfd_listed, false, {kfd_nodes});
    if (const auto* minor = device.facts.get(fact::device::render_minor)) {
      const std::string path = fmt::format("/dev/dri/renderD{}", *minor);
      const Answer& answer = evidence.node(path);
      const std::vector<std::string> source{key_of(Kind::node, path)};
      if (const std::string word = node_word(access_to_node(evidence, path).problem); !word.empty())
        device.facts.set(fact::device::render_node, word, source);
      if (answer.node) {
        device.facts.set(fact::device::render_gid, answer.node->gid, source);
        if (const auto in_group = membership_in(evidence, answer.node->gid))
          device.facts.set(fact::device::render_membership, *in_group, {"ask:groups"});
      }
    }
    read_override(evidence, device);
  }
}

}  // namespace rigfit
