#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "fleet/formats/fleet_formats.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

Json nodes_json(const NodeList& nodes) { return {{"count", nodes.count}, {"nodes", nodes.folded}}; }

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json number_or_null(std::int64_t number) { return number == 0 ? Json() : Json(number); }

Json score_json(const Fraction& score) { return score.value(); }

Json frameworks_json(const FleetClass& one) {
  Json list = Json::array();
  for (const NodePlace& place : one.record.places)
    list.push_back({{"id", place.framework},
                    {"possible", place.is_possible},
                    {"score", static_cast<double>(place.score) / 1000},
                    {"install", text_or_null(place.install)}});
  return list;
}

Json class_json(const FleetClass& one, std::size_t index) {
  Json json;
  json["count"] = one.nodes.count;
  json["nodes"] = one.nodes.folded;
  json["summary"] = machine_summary(one.record);
  json["faulty"] = one.record.is_faulty();
  json["determined"] = one.record.is_determined;
  json["reference"] = one.reference == index ? Json() : Json(one.reference);
  json["differences"] = Json::array();
  for (const ClassDifference& difference : one.differences)
    json["differences"].push_back({{"name", difference.name},
                                   {"value", difference.value ? Json(*difference.value) : Json()},
                                   {"reference", difference.reference ? Json(*difference.reference) : Json()}});
  json["attributes"] = Json::object();
  for (const Attribute& attribute : one.record.attributes) json["attributes"][attribute.name] = attribute.value;
  json["findings"] = Json::array();
  for (const NodeFinding& finding : one.record.findings)
    json["findings"].push_back({{"id", finding.id}, {"severity", finding.severity}, {"devices", finding.devices}});
  json["best"] = one.best;
  json["frameworks"] = frameworks_json(one);
  return json;
}

Json platform_json(const FleetPlatform& platform) {
  Json json;
  json["states"] = Json::object();
  for (const auto& [state, nodes] : platform.states) json["states"][std::string(name_of(state))] = nodes_json(nodes);
  json["devices"] = platform.devices;
  json["usable_devices"] = platform.usable_devices;
  json["common"] = {{"least_compute_capability", text_or_null(platform.least_capability)},
                    {"greatest_compute_capability", text_or_null(platform.greatest_capability)},
                    {"architectures", platform.architectures},
                    {"oldest_driver", text_or_null(platform.oldest_driver)},
                    {"newest_driver", text_or_null(platform.newest_driver)},
                    {"least_memory_bytes", number_or_null(platform.least_memory_bytes)},
                    {"fewest_devices", platform.fewest_devices}};
  return json;
}

Json recommendation_json(const FleetPart& part) {
  Json json{{"framework", nullptr}, {"nearest", nullptr}, {"tied_with", nullptr},
            {"install", nullptr},   {"install_on", 0},    {"frameworks", Json::array()}};
  const CommonChoice& choice = part.choice;
  if (choice.rows.empty()) return json;
  const CommonChoice::Row& first = choice.rows.front();
  json[choice.found ? "framework" : "nearest"] = first.framework;
  if (choice.is_tied) json["tied_with"] = choice.rows[1].framework;
  if (const auto install = part.installs.find(first.framework); install != part.installs.end()) {
    json["install"] = install->second.command;
    json["install_on"] = install->second.nodes;
  }
  for (const CommonChoice::Row& row : choice.rows)
    json["frameworks"].push_back({{"id", row.framework},
                                  {"possible_on", row.possible},
                                  {"largest_loss", score_json(row.largest_loss)},
                                  {"total_loss", score_json(row.total_loss)}});
  return json;
}

Json platforms_json(const FleetPart& part) {
  Json json = Json::object();
  for (const FleetPlatform& platform : part.platforms) json[platform.id] = platform_json(platform);
  return json;
}

Json partitions_json(const Fleet& fleet) {
  Json list = Json::array();
  for (const FleetPart& part : fleet.partitions)
    list.push_back({{"name", part.name},
                    {"count", part.nodes.count},
                    {"nodes", part.nodes.folded},
                    {"faulty", nodes_json(part.faulty)},
                    {"missing", nodes_json(part.missing)},
                    {"platforms", platforms_json(part)},
                    {"recommendation", recommendation_json(part)}});
  return list;
}

Json requirements_json(const Fleet& fleet) {
  Json list = Json::array();
  for (const FleetRequirement& one : fleet.requirements)
    list.push_back({{"requirement", one.requirement},
                    {"met_by", one.met},
                    {"does_not_apply_to", one.does_not_apply},
                    {"not_met_by", nodes_json(one.failed)},
                    {"unknown_on", nodes_json(one.unknown)},
                    {"found", text_or_null(one.found)}});
  return list;
}

Json findings_json(const Fleet& fleet) {
  Json list = Json::array();
  for (const FleetFinding& one : fleet.findings)
    list.push_back(
        {{"id", one.finding.id},
         {"severity", one.finding.severity},
         {"platform", text_or_null(one.finding.platform)},
         {"title", one.finding.title},
         {"count", one.nodes.count},
         {"nodes", one.nodes.folded},
         {"devices", one.finding.devices},
         {"first_step", {{"text", text_or_null(one.finding.remedy)}, {"command", text_or_null(one.finding.command)}}}});
  return list;
}

Json input_json(const Fleet& fleet) {
  Json json{{"inputs", fleet.inputs}, {"bytes", fleet.bytes}, {"unreadable", fleet.problem_count}};
  json["problems"] = Json::array();
  for (const FleetProblem& problem : fleet.problems)
    json["problems"].push_back({{"place", problem.place}, {"reason", problem.reason}});
  json["recorded"] = {{"from", text_or_null(moment_text(fleet.oldest))},
                      {"to", text_or_null(moment_text(fleet.newest))}};
  json["rules"] = fleet.rules;
  json["notes"] = fleet.notes;
  return json;
}

}  // namespace

/// The format "json" of fleet_formats.cpp: `rigfit.fleet/1`, whose JSON Schema is rules/schema/fleet.schema.json.
std::string fleet_json(const Fleet& fleet, const TextStyle& style) {
  Json json;
  json["schema"] = "rigfit.fleet/1";
  json["tool"] = {{"name", "rigfit"}, {"version", tool_version()}};
  json["fine"] = name_of(fleet.is_fine());
  json["summary"] = fleet_headline(fleet);
  json["nodes"] = fleet.nodes.size();
  json["faulty"] = nodes_json(fleet.all.faulty);
  json["undetermined"] = nodes_json(fleet.undetermined);
  json["missing"] = fleet.was_expected ? nodes_json(fleet.missing) : Json();
  json["unexpected"] = fleet.was_expected ? nodes_json(fleet.unexpected) : Json();
  json["repeated"] = nodes_json(fleet.repeated);
  json["classes"] = Json::array();
  for (std::size_t c = 0; c < fleet.classes.size(); ++c) json["classes"].push_back(class_json(fleet.classes[c], c));
  json["findings"] = findings_json(fleet);
  json["platforms"] = platforms_json(fleet.all);
  json["requirements"] = requirements_json(fleet);
  json["recommendation"] = recommendation_json(fleet.all);
  json["partitions"] = partitions_json(fleet);
  json["input"] = input_json(fleet);
  return escape_for_terminal(json.dump(style.compact ? -1 : 2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace rigfit
