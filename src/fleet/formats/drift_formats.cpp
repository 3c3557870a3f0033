#include "fleet/formats/drift_formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "fleet/formats/fleet_formats.hpp"
#include "report/text/terminal_text.hpp"
#include "report/text/text_layout.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

std::string sentence(const Drift& drift) {
  if (drift.is_none()) return fmt::format("Nothing has changed on {}.", count_text(drift.same, "node"));
  std::size_t changed = 0;
  for (const DriftChange& change : drift.changes) changed += change.nodes.count;
  std::string text = fmt::format("{} changed, {} as before", count_text(changed, "node"), drift.same);
  if (drift.gone.count > 0) text += fmt::format(", {} gone", drift.gone.count);
  if (drift.added.count > 0) text += fmt::format(", {} new", drift.added.count);
  return text + ".";
}

std::string before_and_now(const ClassDifference& difference) {
  return fmt::format("{}: {} → {}", attribute_label(difference.name), difference.reference.value_or("not known"),
                     difference.value.value_or("not known"));
}

/// The format "text".
std::string drift_text(const Drift& drift, const TextStyle& style) {
  constexpr std::size_t shown_changes = 8;
  Page page(style);
  page.paragraph(sentence(drift), 0, 0, Tint::strong);
  if (drift.gone.count > 0) page.field("Gone", drift.gone.folded, 8, 0, Tint::bad);
  if (drift.added.count > 0) page.field("New", drift.added.folded, 8);
  const std::size_t shown = style.verbose ? drift.changes.size() : std::min(drift.changes.size(), shown_changes);
  for (std::size_t n = 0; n < shown; ++n) {
    const DriftChange& change = drift.changes[n];
    page.heading(fmt::format("{}: {}", count_text(change.nodes.count, "node"), change.nodes.folded));
    for (const ClassDifference& difference : change.differences) page.bullet(before_and_now(difference));
    for (const NodeFinding& finding : change.appeared)
      page.bullet(fmt::format("new {}: {} ({})", finding.severity, finding.title, finding.id));
    for (const NodeFinding& finding : change.gone)
      page.bullet(fmt::format("no longer: {} ({})", finding.title, finding.id));
  }
  if (shown < drift.changes.size())
    page.paragraph(fmt::format("and {} other kinds of change (-v)", drift.changes.size() - shown), 0, 0, Tint::faint);
  return page.take();
}

Json drift_nodes_json(const NodeList& nodes) { return {{"count", nodes.count}, {"nodes", nodes.folded}}; }

Json drift_findings_json(const std::vector<NodeFinding>& findings) {
  Json list = Json::array();
  for (const NodeFinding& finding : findings)
    list.push_back(
        {{"id", finding.id}, {"severity", finding.severity}, {"title", finding.title}, {"devices", finding.devices}});
  return list;
}

/// The format "json": `rigfit.drift/1`, whose JSON Schema is rules/schema/drift.schema.json.
std::string drift_json(const Drift& drift, const TextStyle& style) {
  Json json;
  json["schema"] = "rigfit.drift/1";
  json["tool"] = {{"name", "rigfit"}, {"version", tool_version()}};
  json["same"] = drift.same;
  json["gone"] = drift_nodes_json(drift.gone);
  json["added"] = drift_nodes_json(drift.added);
  json["changes"] = Json::array();
  for (const DriftChange& change : drift.changes) {
    Json one = drift_nodes_json(change.nodes);
    one["differences"] = Json::array();
    for (const ClassDifference& difference : change.differences)
      one["differences"].push_back({{"name", difference.name},
                                    {"before", difference.reference ? Json(*difference.reference) : Json()},
                                    {"now", difference.value ? Json(*difference.value) : Json()}});
    one["appeared"] = drift_findings_json(change.appeared);
    one["gone"] = drift_findings_json(change.gone);
    json["changes"].push_back(std::move(one));
  }
  return escape_for_terminal(json.dump(style.compact ? -1 : 2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace

std::span<const DriftFormat> drift_formats() {
  static constexpr DriftFormat rows[] = {{"text", drift_text}, {"json", drift_json}};
  return rows;
}

}  // namespace rigfit
