#include "fleet/references.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

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

void add_references(std::vector<FleetClass>& classes) {
  std::map<std::string, std::vector<std::size_t>> by_kind;
  for (std::size_t c = 0; c < classes.size(); ++c) by_kind[kind_of(classes[c].record)].push_back(c);
  std::map<std::string, std::size_t> by_host;  // of the largest reference
  const auto set_references = [&](const std::vector<std::size_t>& members) {
    const auto sound =
        std::find_if(members.begin(), members.end(), [&](std::size_t c) { return !classes[c].record.is_faulty(); });
    const std::size_t reference = sound == members.end() ? members.front() : *sound;
    for (const std::size_t c : members) classes[c].reference = reference;
    const auto [row, is_new] = by_host.emplace(host_of(classes[reference].record), reference);
    if (!is_new && reference < row->second) row->second = reference;
  };
  for (const auto& [kind, members] : by_kind)
    if (!kind.empty()) set_references(members);
  std::vector<std::size_t> without;
  for (const std::size_t c : by_kind[""]) {
    const auto host = by_host.find(host_of(classes[c].record));
    if (host == by_host.end())
      without.push_back(c);
    else
      classes[c].reference = host->second;
  }
  if (!without.empty()) {
    // Those without devices differ by what they are made of.
    std::map<std::string, std::vector<std::size_t>> own;
    for (const std::size_t c : without) own[host_of(classes[c].record)].push_back(c);
    for (const auto& [host, members] : own) set_references(members);
  }
  for (std::size_t c = 0; c < classes.size(); ++c)
    if (classes[c].reference != c)
      classes[c].differences = differences(classes[c].record, classes[classes[c].reference].record);
}

}  // namespace rigfit
