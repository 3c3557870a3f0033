#include "report/html/html_report.hpp"

#include <nlohmann/json.hpp>

#include "report/formats.hpp"
#include "report/html/assets.hpp"
#include "report/html/html_text.hpp"
#include "report/html/values.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

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
  return page;
}

}  // namespace

Filled filled_page(const Report& report) {
  const std::string data = ranking_data(report).dump(-1, ' ', true, Json::error_handler_t::replace);
  return fill(page_html, values_of(report),
              {{"style", std::string(page_style)},
               {"script", std::string(page_script)},
               {"style_hash", policy_hash(page_style_sha256)},
               {"script_hash", policy_hash(page_script_sha256)},
               {"data", json_in_html(data)}});
}

/// The format "html" of formats.cpp.
std::string html_report(const Report& report, const TextStyle&) { return filled_page(report).text; }

}  // namespace rigfit
