#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "judge/requirements/term_text.hpp"
#include "report/check/check_formats.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

Json line_json(const CheckedLine& line) {
  Json values = Json::array();
  for (const Term& term : line.terms)
    values.push_back({{"fact", term.fact},
                      {"value", term.seen},
                      {"met", name_of(term.truth)},
                      {"because", term.because},
                      {"evidence", term.sources}});
  return {{"requirement", line.text}, {"about", line.about}, {"applies", line.applies},
          {"met", name_of(line.met)}, {"found", line.found}, {"values", std::move(values)}};
}

}  // namespace

/// `rigfit.check/1`; the JSON Schema is rules/schema/check.schema.json.
std::string check_json(const CheckReport& report, const TextStyle&) {
  Json json;
  json["schema"] = "rigfit.check/1";
  json["tool"] = {{"name", "rigfit"}, {"version", tool_version()}};
  json["rules"] = {{"as_of", report.analysis.rules->as_of}};
  const std::string& recorded = report.analysis.evidence.recorded;
  json["recorded"] = recorded.empty() ? Json() : Json(recorded);
  json["about"] = report.about;
  json["met"] = name_of(report.result.all());
  json["counts"] = {{"yes", report.result.count(Truth::yes)},
                    {"no", report.result.count(Truth::no)},
                    {"unknown", report.result.count(Truth::unknown)}};
  json["requirements"] = Json::array();
  for (const CheckedLine& line : report.result.lines) json["requirements"].push_back(line_json(line));
  return escape_for_terminal(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace rigfit
