#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "report/builds/builds.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json row_json(const BuildTable& table, const MatrixRow& row) {
  Json generations = Json::object();
  for (std::size_t n = 0; n < row.generations.size(); ++n)
    generations[table.generations[n].name] = name_of(row.generations[n]);
  const Build& build = *row.build;
  return {{"id", build.id},
          {"version", build.version},
          {"released", text_or_null(build.released)},
          {"runtime", text_or_null(build.runtime)},
          {"systems", row.systems},
          {"processors", row.processors},
          {"driver", text_or_null(row.driver)},
          {"needs", row.needs},
          {"python", {build.python.least, build.python.most}},
          {"code_for", build.code_for ? Json(*build.code_for) : Json()},
          {"generations", std::move(generations)},
          {"here", name_of(row.here)},
          {"packages", build.packages},
          {"options", build.options},
          {"note", text_or_null(build.note)},
          {"evidence", build.evidence}};
}

Json table_json(const BuildTable& table) {
  Json generations = Json::array(), rows = Json::array();
  for (const Generation& one : table.generations) generations.push_back({{"name", one.name}, {"targets", one.targets}});
  for (const MatrixRow& row : table.rows) rows.push_back(row_json(table, row));
  return {{"framework", table.framework->id},
          {"name", table.framework->name},
          {"platform", table.platform},
          {"generations", std::move(generations)},
          {"builds", std::move(rows)}};
}

}  // namespace

/// `rigfit.builds/1`; the JSON Schema is rules/schema/builds.schema.json.
std::string builds_json(const BuildsReport& report, const TextStyle& style) {
  Json json;
  json["schema"] = "rigfit.builds/1";
  json["tool"] = {{"name", "rigfit"}, {"version", tool_version()}};
  json["rules"] = {{"as_of", report.analysis.rules->as_of}};
  json["system"] = text_or_null(report.system);
  json["processor"] = text_or_null(report.processor);
  json["tables"] = Json::array();
  for (const BuildTable& table : report.tables) json["tables"].push_back(table_json(table));
  return escape_for_terminal(json.dump(style.compact ? -1 : 2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace rigfit
