#include "report/html/html_report.hpp"

#include <nlohmann/json.hpp>

#include "evidence/base64.hpp"
#include "report/formats.hpp"
#include "report/html/assets.hpp"
#include "report/html/html_text.hpp"
#include "report/html/values.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

int digit_of(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/// A hash as content security policies write it: https://www.w3.org/TR/CSP3/#grammardef-hash-source
std::string for_policy(std::string_view hexadecimal) {
  std::string bytes;
  for (std::size_t n = 0; n + 1 < hexadecimal.size(); n += 2)
    bytes += static_cast<char>(digit_of(hexadecimal[n]) * 16 + digit_of(hexadecimal[n + 1]));
  return to_base64(bytes);
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
  return page;
}

}  // namespace

Filled filled_page(const Report& report) {
  const std::string data = ranking_data(report).dump(-1, ' ', true, Json::error_handler_t::replace);
  return fill(page_html, values_of(report),
              {{"style", std::string(page_style)},
               {"script", std::string(page_script)},
               {"style_hash", for_policy(page_style_sha256)},
               {"script_hash", for_policy(page_script_sha256)},
               {"data", json_in_html(data)}});
}

/// The format "html" of formats.cpp.
std::string html_report(const Report& report, const TextStyle&) { return filled_page(report).text; }

}  // namespace rigfit
