#include "fleet/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "text/join.hpp"

namespace rigfit {
namespace {

/// "cuda:NVIDIA H100 80GB HBM3;": the kinds of devices of a machine, whatever their number; empty for none.
std::string kind_of(const Record& record) {
  std::string kind;
  for (const PlatformSummary& platform : record.platforms)
    for (const std::string& one : platform.kinds) kind.append(platform.id).append(":").append(one).append(";");
  return kind;
}

std::string value_of(const Record& record, std::string_view name) {
  const Attribute* attribute = record.attribute(name);
  return attribute ? attribute->value : "";
}

std::string host_of(const Record& record) {
  return value_of(record, "cpu.model") + ";" + value_of(record, "cpu.logical_cpus") + ";" +
         value_of(record, "memory.installed");
}

/// The largest without errors, else the largest; of equally large ones that with the most values in common with the
/// others, then the first. `members` are in the order of their sizes.
std::size_t reference_among(const std::vector<std::size_t>& members, const std::vector<FleetClass>& classes) {
  const auto sound =
      std::find_if(members.begin(), members.end(), [&](std::size_t c) { return !classes[c].record.is_faulty(); });
  const std::size_t first = sound == members.end() ? members.front() : *sound;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> nodes;  // by attribute and value
  for (const std::size_t c : members)
    for (const Attribute& one : classes[c].record.attributes) nodes[{one.name, one.value}] += classes[c].nodes.count;
  std::size_t best = first, most = 0;
  for (const std::size_t c : members) {
    if (classes[c].nodes.count != classes[first].nodes.count) continue;
    if (classes[c].record.is_faulty() != classes[first].record.is_faulty()) continue;
    std::size_t shared = 0;
    for (const Attribute& one : classes[c].record.attributes) shared += nodes[{one.name, one.value}];
    if (shared > most) best = c, most = shared;
  }
  return best;
}

/// Where every node is a class that nothing else is compared with: one for all of them.
std::optional<std::size_t> reference_of_strangers(const std::vector<FleetClass>& classes) {
  std::vector<std::size_t> all;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (classes[c].reference != c || classes[c].nodes.count > 1) return std::nullopt;
    all.push_back(c);
  }
  return all.size() < 2 ? std::nullopt : std::optional(reference_among(all, classes));
}

std::string note_on(const std::vector<std::size_t>& references) {
  constexpr std::size_t most_named = 4;
  std::string named;
  for (std::size_t n = 0; n < std::min(references.size(), most_named); ++n)
    append_to_list(named, std::to_string(references[n] + 1));
  if (references.size() > most_named) named += ", ...";
  return fmt::format(
      "where every node is another, they are compared with the one that has the most in common with the others: {} {}",
      references.size() == 1 ? "class" : "classes", named);
}

}  // namespace

std::vector<ClassDifference> differences(const Record& record, const Record& reference) {
  std::vector<ClassDifference> list;
  for (const Attribute& attribute : record.attributes) {
    const Attribute* other = reference.attribute(attribute.name);
    if (other && other->value == attribute.value) continue;
    list.push_back({attribute.name, attribute.value, other ? std::optional(other->value) : std::nullopt});
  }
  for (const Attribute& attribute : reference.attributes)
    if (!record.attribute(attribute.name)) list.push_back({attribute.name, std::nullopt, attribute.value});
  return list;
}

std::vector<std::string> add_references(std::vector<FleetClass>& classes) {
  std::vector<std::size_t> lone;  // references of one node, of several that could be it
  std::map<std::string, std::vector<std::size_t>> by_kind;
  for (std::size_t c = 0; c < classes.size(); ++c) by_kind[kind_of(classes[c].record)].push_back(c);
  std::map<std::string, std::size_t> by_host;  // of the largest reference
  const auto set_references = [&](const std::vector<std::size_t>& members) {
    const std::size_t reference = reference_among(members, classes);
    for (const std::size_t c : members) classes[c].reference = reference;
    if (members.size() > 1 && classes[reference].nodes.count == 1) lone.push_back(reference);
    const auto [row, is_new] = by_host.emplace(host_of(classes[reference].record), reference);
    if (!is_new && reference < row->second) row->second = reference;
  };
  for (const auto& [kind, members] : by_kind)
    if (!kind.empty()) set_references(members);
  std::map<std::string, std::vector<std::size_t>> own;  // those without devices, by what they are made of
  for (const std::size_t c : by_kind[""]) {
    const auto host = by_host.find(host_of(classes[c].record));
    if (host == by_host.end())
      own[host_of(classes[c].record)].push_back(c);
    else
      classes[c].reference = host->second;
  }
  for (const auto& [host, members] : own) set_references(members);
  std::vector<std::string> notes;
  if (const auto reference = reference_of_strangers(classes)) {
    for (FleetClass& one : classes) one.reference = *reference;
    notes.push_back(fmt::format(
        "no two nodes have the same devices; all are compared with class {}, which has the most in common with them",
        *reference + 1));
  }
  std::sort(lone.begin(), lone.end());
  // In a fleet with larger classes that is nothing special.
  if (!lone.empty() && classes.front().nodes.count == 1) notes.push_back(note_on(lone));
  for (std::size_t c = 0; c < classes.size(); ++c)
    if (classes[c].reference != c)
      classes[c].differences = differences(classes[c].record, classes[classes[c].reference].record);
  return notes;
}

}  // namespace rigfit
