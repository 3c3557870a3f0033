#include "fleet/drift.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "fleet/nodeset.hpp"
#include "fleet/references.hpp"

namespace rigfit {
namespace {

using Names = std::vector<std::string_view>;

NodeList folded_list(const Names& names) { return {names.size(), fold_nodes(names)}; }

/// The findings of one that the other does not have; of how many devices counts too.
std::vector<NodeFinding> only_in(const Record& one, const Record& other) {
  std::vector<NodeFinding> list;
  for (const NodeFinding& finding : one.findings)
    if (std::find(other.findings.begin(), other.findings.end(), finding) == other.findings.end())
      list.push_back(finding);
  return list;
}

}  // namespace

Drift drift_of(const Fleet& before, const Fleet& after) {
  Drift drift;
  std::unordered_map<std::string_view, std::size_t> class_before;
  for (std::size_t n = 0; n < before.nodes.size(); ++n) class_before[before.nodes[n]] = before.class_of[n];
  Names gone, added;
  std::map<std::pair<std::size_t, std::size_t>, Names> moved;  // by class before and after
  for (std::size_t n = 0; n < after.nodes.size(); ++n) {
    const auto found = class_before.find(after.nodes[n]);
    if (found == class_before.end()) {
      added.emplace_back(after.nodes[n]);
      continue;
    }
    moved[{found->second, after.class_of[n]}].emplace_back(after.nodes[n]);
    class_before.erase(found);
  }
  for (const std::string& name : before.nodes)
    if (class_before.count(name)) gone.emplace_back(name);
  drift.gone = folded_list(gone);
  drift.added = folded_list(added);
  for (const auto& [classes, names] : moved) {
    const Record &old = before.classes[classes.first].record, &now = after.classes[classes.second].record;
    if (class_key(old) == class_key(now)) {
      drift.same += names.size();
      continue;
    }
    drift.changes.push_back({folded_list(names), differences(now, old), only_in(now, old), only_in(old, now)});
  }
  std::stable_sort(drift.changes.begin(), drift.changes.end(),
                   [](const DriftChange& a, const DriftChange& b) { return a.nodes.count > b.nodes.count; });
  return drift;
}

}  // namespace rigfit
