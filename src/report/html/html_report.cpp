#include "report/html/html_report.hpp"

#include <nlohmann/json.hpp>

#include "report/formats.hpp"
#include "report/html/assets.hpp"
#include "report/html/html_text.hpp"
#include "report/html/values.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

void add_nav(Json& page, const Report& report) {
  page["brand"] = "rigfit";
  page["nav"] = Json::array();
  const auto add = [&](bool is_there, const char* id, const char* name) {
    if (is_there) page["nav"].push_back({{"id", id}, {"name", name}});
  };
  const bool is_judged = report.recommendation.has_value();
  add(!report.diagnosis.findings.empty(), "problems", "Problems");
  add(is_judged, "ranking", "Ranking");
  add(is_judged, "comparison", "Comparison");
  add(is_judged, "firm", "How firm");
  add(true, "machine", "Machine");
  add(is_judged, "sources", "Sources");
}

Json values_of(const Report& report) {
  const References references(report);
  Json page;
  add_head(page, report);
  add_findings(page, report);
  add_machine(page, report);
  if (report.recommendation) {
    add_ranking(page, *report.recommendation);
    add_comparison(page, report, references);
    add_firmness(page, *report.recommendation);
    add_recommendation(page, report, references);
    add_runtime(page, report);
    page["sources"] = references.list();
  }
  add_nav(page, report);
  return page;
}

}  // namespace

Filled filled_page(const Report& report) {
  const std::string data = ranking_data(report).dump(-1, ' ', true, Json::error_handler_t::replace);
  auto constants = page_constants({page_assets.style}, page_assets.script);
  constants["data"] = json_in_html(data);
  return fill(page_assets.html, values_of(report), constants);
}

/// The format "html" of formats.cpp.
std::string html_report(const Report& report, const TextStyle&) { return filled_page(report).text; }

}  // namespace rigfit
