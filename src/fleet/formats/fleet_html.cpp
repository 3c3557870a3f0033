#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/version.hpp"
#include "facts/platforms.hpp"
#include "fleet/formats/fleet_formats.hpp"
#include "fleet/html/assets.hpp"
#include "report/html/template.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_cells = 1500;  ///< of the map; in a larger fleet a cell stands for several nodes
constexpr std::size_t most_rows = 100, longest_set = 600, longest_brief_set = 160;

// From the best to the worst: a cell has the colour of the worst node that it stands for.
enum class CellState { like, differs, unknown, faulty };

constexpr std::string_view name_of(CellState state) {
  constexpr std::string_view names[] = {"like", "differs", "unknown", "faulty"};
  return names[static_cast<std::size_t>(state)];
}

CellState state_of(const Fleet& fleet, std::size_t c) {
  const FleetClass& one = fleet.classes[c];
  if (one.record.is_faulty()) return CellState::faulty;
  if (!one.record.is_determined) return CellState::unknown;
  return one.reference == c ? CellState::like : CellState::differs;
}

/// The findings of a class, by their indices in what the page lists.
std::set<std::size_t> findings_of(const Fleet& fleet, const FleetClass& one) {
  std::set<std::size_t> indices;
  for (std::size_t f = 0; f < std::min(fleet.findings.size(), most_rows); ++f)
    for (const NodeFinding& finding : one.record.findings)
      if (finding.id == fleet.findings[f].finding.id) indices.insert(f);
  return indices;
}

std::string spaced_numbers(const std::set<std::size_t>& numbers) {
  std::string text;
  for (const std::size_t number : numbers) append_to_list(text, std::to_string(number), " ");
  return text;
}

/// Of a long set the beginning.
std::string shortened(const std::string& set, std::size_t longest) {
  return set.size() <= longest ? set : set.substr(0, longest) + ",...";
}

Json text_or_none(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// One cell for `size` nodes in a row: of the color of the worst, and found by what is so on any of them.
Json cell(const Fleet& fleet, const std::vector<std::set<std::size_t>>& findings, std::size_t first, std::size_t size) {
  CellState worst = CellState::like;
  std::size_t shown = first;
  std::set<std::size_t> classes, found;
  for (std::size_t n = first; n < first + size; ++n) {
    const std::size_t c = fleet.class_of[n];
    if (const CellState state = state_of(fleet, c); state > worst) worst = state, shown = n;
    if (c < most_rows) classes.insert(c + 1);
    found.insert(findings[c].begin(), findings[c].end());
  }
  std::string name = fleet.nodes[first];
  if (size > 1) name += fmt::format(" to {}; {}", fleet.nodes[first + size - 1], fleet.nodes[shown]);
  return {{"state", name_of(worst)},
          {"numbers", spaced_numbers(classes)},
          {"findings", spaced_numbers(found)},
          {"name", fmt::format("{}, class {}", name, fleet.class_of[shown] + 1)}};
}

void add_map(Json& page, const Fleet& fleet) {
  const std::size_t size = std::max<std::size_t>(1, (fleet.nodes.size() + most_cells - 1) / most_cells);
  page["map_intro"] = size == 1
                          ? "Each cell is a node."
                          : fmt::format("Each cell is {} nodes in a row, in the color of the worst of them.", size);
  std::vector<std::set<std::size_t>> findings;
  for (const FleetClass& one : fleet.classes) findings.push_back(findings_of(fleet, one));
  Json& cells = page["cells"] = Json::array();
  for (std::size_t n = 0; n < fleet.nodes.size(); n += size)
    cells.push_back(cell(fleet, findings, n, std::min(size, fleet.nodes.size() - n)));
  std::map<CellState, std::size_t> counts;
  for (std::size_t c = 0; c < fleet.classes.size(); ++c) counts[state_of(fleet, c)] += fleet.classes[c].nodes.count;
  Json& legend = page["legend"] = Json::array();
  const auto add = [&](CellState state, const char* text) {
    if (counts[state] > 0) legend.push_back({{"class", name_of(state)}, {"count", counts[state]}, {"text", text}});
  };
  add(CellState::like, "like their reference");
  add(CellState::differs, "differ from it");
  add(CellState::faulty, "with errors");
  add(CellState::unknown, "unknown");
  if (fleet.missing.count > 0)
    legend.push_back(
        {{"class", "missing"}, {"count", fleet.missing.count}, {"text", "did not answer (not in the map)"}});
  page["map_label"] = fleet_headline(fleet);
}

void add_findings(Json& page, const Fleet& fleet) {
  Json& list = page["findings"] = Json::array();
  for (std::size_t f = 0; f < std::min(fleet.findings.size(), most_rows); ++f) {
    const auto& [finding, nodes] = fleet.findings[f];
    list.push_back({{"index", f},
                    {"severity", finding.severity},
                    {"count", nodes.count},
                    {"title", finding.title},
                    {"id", finding.id},
                    {"step", text_or_none(finding.remedy)},
                    {"command", text_or_none(finding.command)},
                    {"nodes", shortened(nodes.folded, longest_set)}});
  }
  page["has_findings"] = !list.empty();
  Json& requirements = page["requirements"] = Json::array();
  for (const FleetRequirement& one : fleet.requirements)
    requirements.push_back(
        {{"requirement", one.requirement},
         {"met", one.met},
         {"failed", one.failed.count == 0 ? ""
                                          : fmt::format("{}: {} ({})", one.failed.count,
                                                        shortened(one.failed.folded, longest_set), one.found)},
         {"unknown", shortened(one.unknown.folded, longest_set)}});
  page["has_requirements"] = !requirements.empty();
}

void add_classes(Json& page, const Fleet& fleet) {
  Json& list = page["classes"] = Json::array();
  for (std::size_t c = 0; c < std::min(fleet.classes.size(), most_rows); ++c) {
    const FleetClass& one = fleet.classes[c];
    std::vector<std::string> best;
    for (const std::string& id : one.best) best.push_back(framework_name(fleet, id));
    Json row{{"number", c + 1},          {"state", name_of(state_of(fleet, c))},
             {"count", one.nodes.count}, {"summary", machine_summary(one.record)},
             {"like", nullptr},          {"differences", Json::array()},
             {"best", listed(best)},     {"nodes", shortened(one.nodes.folded, longest_set)}};
    if (one.reference != c) row["like"] = std::to_string(one.reference + 1);
    for (const ClassDifference& difference : one.differences) row["differences"].push_back(difference_text(difference));
    if (row["differences"].empty() && one.reference != c) row["differences"].push_back(differences_text(one, 1));
    list.push_back(std::move(row));
  }
}

void add_platforms(Json& page, const Fleet& fleet) {
  Json& list = page["platforms"] = Json::array();
  for (const FleetPlatform& platform : fleet.all.platforms) {
    std::string states;
    for (const auto& [state, nodes] : platform.states)
      append_to_list(states, fmt::format("{} on {}", rigfit::name_of(state), count_text(nodes.count, "node")));
    list.push_back({{"name", platform_name(platform.id)},
                    {"usable", platform.usable_devices},
                    {"devices", platform.devices},
                    {"common", common_ground(platform)},
                    {"states", states}});
  }
}

void add_partitions(Json& page, const Fleet& fleet) {
  Json& list = page["partitions"] = Json::array();
  for (std::size_t n = 0; n < std::min(fleet.partitions.size(), most_rows); ++n) {
    const FleetPart& part = fleet.partitions[n];
    const FleetInstall* install = chosen_install(part);
    list.push_back({{"name", part.name},
                    {"nodes", partition_counts(part)},
                    {"choice", choice_sentence(fleet, part)},
                    {"install", install ? Json(install->command) : Json()},
                    {"common", partition_ground(part)}});
  }
  page["has_partitions"] = !list.empty();
}

void add_head(Json& page, const Fleet& fleet) {
  page["version"] = tool_version();
  page["title"] = fmt::format("rigfit: {}", count_text(fleet.nodes.size(), "node"));
  page["headline"] = fleet_headline(fleet);
  page["eyebrow"] =
      fleet.newest == 0 ? "" : fmt::format("Recorded {} to {}", moment_text(fleet.oldest), moment_text(fleet.newest));
  page["choice"] = choice_sentence(fleet, fleet.all);
  const FleetInstall* install = chosen_install(fleet.all);
  page["install"] = install ? Json(install->command) : Json();
  Json& brief = page["brief"] = Json::array();
  const auto add = [&](const char* label, const NodeList& nodes) {
    if (nodes.count > 0)
      brief.push_back(
          {{"label", label}, {"text", fmt::format("{}: {}", nodes.count, shortened(nodes.folded, longest_brief_set))}});
  };
  add("With errors", fleet.all.faulty);
  add("No answer", fleet.missing);
  add("Not expected", fleet.unexpected);
  add("Unknown", fleet.undetermined);
  add("Repeated", fleet.repeated);
  for (const std::string& note : fleet.notes) brief.push_back({{"label", "Note"}, {"text", note}});
  Json& problems = page["problems"] = Json::array();
  for (std::size_t n = 0; n < std::min(fleet.problems.size(), most_rows); ++n)
    problems.push_back({{"place", fleet.problems[n].place}, {"reason", fleet.problems[n].reason}});
  page["has_problems"] = !problems.empty();
  page["footer"] =
      fmt::format("rigfit {}, rules as of {}, {} read", tool_version(),
                  fleet.rules.empty() ? "an unknown day" : listed(fleet.rules), count_text(fleet.inputs, "input"));
}

void add_nav(Json& page) {
  page["brand"] = "rigfit fleet";
  page["nav"] = Json::array();
  const auto add = [&](const char* id, const char* name) { page["nav"].push_back({{"id", id}, {"name", name}}); };
  add("map", "Nodes");
  if (page["has_findings"].get<bool>()) add("problems", "Problems");
  add("classes", "Classes");
  add("common", "In common");
}

}  // namespace

/// The format "html" of fleet_formats.cpp: one file that needs nothing else, complete without scripts.
std::string fleet_html_page(const Fleet& fleet, const TextStyle&) {
  Json page;
  add_head(page, fleet);
  add_map(page, fleet);
  add_findings(page, fleet);
  add_classes(page, fleet);
  add_platforms(page, fleet);
  add_partitions(page, fleet);
  add_nav(page);
  return fill(fleet_assets.html, page, page_constants({page_assets.style, fleet_assets.style}, fleet_assets.script))
      .text;
}

}  // namespace rigfit
