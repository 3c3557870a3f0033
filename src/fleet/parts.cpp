#include "fleet/parts.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "facts/platforms.hpp"
#include "facts/version.hpp"

namespace rigfit {
namespace {

const PlatformSummary* platform_of(const Record& record, std::string_view id) {
  for (const PlatformSummary& platform : record.platforms)
    if (platform.id == id) return &platform;
  return nullptr;
}

/// Keeps the lower (or, `is_upper`, the higher) of two versions; what is no version counts for nothing.
void keep(std::string& kept, const std::string& other, bool is_upper) {
  const auto one = Version::parse(kept), more = Version::parse(other);
  if (!more) return;
  if (!one || (is_upper ? *one < *more : *more < *one)) kept = other;
}

void add_limits(const PlatformSummary& own, FleetPlatform& platform) {
  if (own.usable_devices == 0) return;
  for (const std::string& capability : own.capabilities) {
    keep(platform.least_capability, capability, false);
    keep(platform.greatest_capability, capability, true);
  }
  keep(platform.oldest_driver, own.driver, false);
  keep(platform.newest_driver, own.driver, true);
  for (const std::string& architecture : own.architectures) {
    auto& known = platform.architectures;
    if (std::find(known.begin(), known.end(), architecture) == known.end()) known.push_back(architecture);
  }
  if (own.least_memory_bytes > 0 &&
      (platform.least_memory_bytes == 0 || own.least_memory_bytes < platform.least_memory_bytes))
    platform.least_memory_bytes = own.least_memory_bytes;
  if (platform.fewest_devices == 0 || own.usable_devices < platform.fewest_devices)
    platform.fewest_devices = own.usable_devices;
}

void add_platforms(const Fleet& fleet, const Gather& gather, FleetPart& part) {
  std::vector<std::string> ids;
  for (const PlatformInfo& info : platforms()) ids.emplace_back(info.id);
  for (const FleetClass& one : fleet.classes)
    for (const PlatformSummary& own : one.record.platforms)
      if (std::find(ids.begin(), ids.end(), own.id) == ids.end()) ids.push_back(own.id);
  for (const std::string& id : ids) {
    FleetPlatform platform{.id = id};
    std::set<State> states;
    for (std::size_t c = 0; c < fleet.classes.size(); ++c) {
      const PlatformSummary* own = platform_of(fleet.classes[c].record, id);
      if (!own || part.counts[c] == 0) continue;
      states.insert(own->state);
      platform.devices += own->devices * part.counts[c];
      platform.usable_devices += own->usable_devices * part.counts[c];
      add_limits(*own, platform);
    }
    for (const State state : states)
      platform.states[state] = gather.nodes([&](const FleetClass& one) {
        const PlatformSummary* own = platform_of(one.record, id);
        return own && own->state == state;
      });
    std::sort(platform.architectures.begin(), platform.architectures.end());
    if (!states.empty()) part.platforms.push_back(std::move(platform));
  }
}

void add_install(const Fleet& fleet, const std::string& framework, FleetPart& part) {
  std::map<std::string, std::size_t> nodes;  // by command
  for (std::size_t c = 0; c < fleet.classes.size(); ++c)
    for (const NodePlace& place : fleet.classes[c].record.places)
      if (place.framework == framework && place.is_possible && !place.install.empty())
        nodes[place.install] += part.counts[c];
  for (const auto& [command, count] : nodes)
    if (count > part.installs[framework].nodes) part.installs[framework] = {command, count};
}

std::int64_t best_score(const Record& record) {
  std::int64_t best = 0;
  for (const NodePlace& place : record.places)
    if (place.is_possible) best = std::max(best, place.score);
  return best;
}

/// One framework for all nodes: a class has as many votes as nodes.
void add_choice(const Fleet& fleet, FleetPart& part) {
  constexpr std::int64_t thousand = 1000;
  std::vector<CommonChoice::Row> rows;
  std::vector<std::size_t> counts;
  for (std::size_t c = 0; c < fleet.classes.size(); ++c) {
    const Record& record = fleet.classes[c].record;
    counts.push_back(record.places.empty() ? 0 : part.counts[c]);
    if (counts.back() == 0) continue;
    for (const NodePlace& place : record.places)
      if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return row.framework == place.framework; }))
        rows.push_back({.framework = place.framework, .seats = {}, .largest_loss = {}, .total_loss = {}});
  }
  for (const FleetClass& one : fleet.classes) {
    const std::int64_t best = best_score(one.record);
    for (CommonChoice::Row& row : rows) {
      Seat& seat = row.seats.emplace_back();
      for (const NodePlace& place : one.record.places)
        if (place.framework == row.framework) {
          seat.possible = place.is_possible;
          seat.score = Fraction::of(place.score, thousand);
          seat.loss = Fraction::of(best - place.score, thousand);
        }
    }
  }
  part.choice = choose_among(std::move(rows), counts);
  for (const CommonChoice::Row& row : part.choice.rows) add_install(fleet, row.framework, part);
}

void fill_in(const Fleet& fleet, const Gather& gather, FleetPart& part) {
  part.faulty = gather.nodes([](const FleetClass& one) { return one.record.is_faulty(); });
  add_platforms(fleet, gather, part);
  add_choice(fleet, part);
}

FleetPart partition_of(const NamedNodes& named, const std::unordered_map<std::string_view, std::size_t>& index_of,
                       const Fleet& fleet) {
  FleetPart part{.name = named.name, .counts = std::vector<std::size_t>(fleet.classes.size())};
  std::vector<bool> is_member(fleet.nodes.size());
  std::vector<std::string_view> missing;
  for (const std::string& node : named.nodes) {
    const auto found = index_of.find(node);
    if (found == index_of.end()) {
      missing.emplace_back(node);
    } else if (!is_member[found->second]) {
      is_member[found->second] = true;
      ++part.counts[fleet.class_of[found->second]];
    }
  }
  part.missing = {missing.size(), fold_nodes(missing)};
  const Gather gather(fleet, std::move(is_member));
  part.nodes = gather.nodes([](const FleetClass&) { return true; });
  fill_in(fleet, gather, part);
  return part;
}

}  // namespace

void add_best(Fleet& fleet) {
  for (FleetClass& one : fleet.classes) {
    const std::int64_t best = best_score(one.record);
    for (const NodePlace& place : one.record.places)
      if (place.is_possible && place.score == best) one.best.push_back(place.framework);
  }
}

void add_parts(const std::vector<NamedNodes>& partitions, Fleet& fleet) {
  for (const FleetClass& one : fleet.classes) fleet.all.counts.push_back(one.nodes.count);
  FleetPart all = std::move(fleet.all);
  fill_in(fleet, Gather(fleet), all);
  fleet.all = std::move(all);
  if (partitions.empty()) return;
  std::unordered_map<std::string_view, std::size_t> index_of;
  for (std::size_t n = 0; n < fleet.nodes.size(); ++n) index_of[fleet.nodes[n]] = n;
  for (const NamedNodes& named : partitions) fleet.partitions.push_back(partition_of(named, index_of, fleet));
}

}  // namespace rigfit
