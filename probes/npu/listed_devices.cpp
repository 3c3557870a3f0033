#include "probes/npu/listed_devices.hpp"

#include <fmt/format.h>

#include <utility>

#include "fact_names/device.hpp"
#include "fact_names/gaudi.hpp"
#include "probes/layers/join.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {
namespace {

void add_device(const ListedDevice& listed, std::string_view tool, std::string_view kind,
                const std::vector<std::string>& source, Platform& platform) {
  Device& device = platform.devices.emplace_back();
  const std::string because = fmt::format("{} lists it", tool);
  device.facts.set(fact::device::name,
                   listed.name.empty() ? Fact::unknown("not reported", source) : Fact::of(listed.name, source));
  device.facts.set(fact::device::architecture, Fact::unknown(fmt::format("{} does not tell", tool), source));
  device.facts.set(fact::device::kind, std::string(kind), source);
  if (!listed.address.empty()) device.facts.set(fact::device::pci_address, listed.address, source);
  for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library})
    device.layers.set(layer, Truth::yes, because, source);
  device.layers[Layer::runtime_init] = LayerState::untried("not tried");
  device.layers[Layer::kernel_run] = LayerState::untried("not tried");
}

void fill_in(const ListedDevice& one, std::string_view tool, const std::vector<std::string>& source, Device& device) {
  DeviceFacts& facts = device.facts;
  if (one.cores) facts.set_if_unknown(fact::device::cores, Fact::of(*one.cores, source));
  facts.set_if_unknown(fact::device::memory_total_bytes,
                       one.memory_bytes ? Fact::of(*one.memory_bytes, source) : Fact::unknown("not reported", source));
  if (one.free_bytes) facts.set(fact::device::memory_free_bytes, *one.free_bytes, source);
  if (!one.memory_bytes) return;
  facts.set(fact::device::memory_usable_bytes, *one.memory_bytes, source);
  facts.set(fact::device::memory_usable_because, fmt::format("all of its own memory that {} tells of", tool), source);
}

DeviceListing listing_of(const Evidence& evidence, const Platform& platform) {
  DeviceListing bus;
  bus.is_authority = !platform.devices.empty();
  for (const Device& device : platform.devices) {
    const std::string* address = device.facts.get(fact::device::pci_address);
    bus.rows.push_back({address ? *address : "", "", std::nullopt, "", ""});
  }
  if (pci_was_listed(evidence) == Truth::yes) bus.length = bus.rows.size();
  return bus;
}

}  // namespace

void add_listed(const std::vector<ToolRun>& runs, std::string_view tool, std::string_view kind,
                const Evidence& evidence, Platform& platform) {
  std::vector<DeviceListing> listings{listing_of(evidence, platform)};
  for (const ToolRun& run : runs) {
    DeviceListing& listing = listings.emplace_back();
    listing.numbering = tool;
    if (!evidence.at(run.key).truncated) listing.length = run.devices.size();
    for (const ListedDevice& one : run.devices) listing.rows.push_back({one.address, "", one.index, "", ""});
  }
  const DeviceJoin join = join_listings(listings);
  std::vector<std::optional<std::size_t>> place_of(join.devices);
  for (std::size_t row = 0; row < join.at[0].size(); ++row)
    if (join.at[0][row]) place_of[*join.at[0][row]] = row;
  std::vector<std::string> unplaced, sources;
  for (std::size_t n = 0; n < runs.size(); ++n)
    for (std::size_t row = 0; row < runs[n].devices.size(); ++row) {
      const ListedDevice& one = runs[n].devices[row];
      const auto device = join.at[n + 1][row];
      if (!device) {
        unplaced.push_back(fmt::format("row {} of {}", row + 1, tool));
        sources.push_back(runs[n].key);
        continue;
      }
      if (!place_of[*device]) {
        place_of[*device] = platform.devices.size();
        add_device(one, tool, kind, {runs[n].key}, platform);
      }
      fill_in(one, tool, {runs[n].key}, platform.devices[*place_of[*device]]);
    }
  if (!unplaced.empty()) {
    // The name and its type are the same on each of these platforms.
    platform.facts.set(fact::gaudi::unplaced_rows, std::move(unplaced), std::move(sources));
  }
}

}  // namespace rigfit
