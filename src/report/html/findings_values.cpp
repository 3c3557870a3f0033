#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "report/html/values.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

std::string devices_of(const Report& report, const Finding& finding) {
  const Platform* platform = report.facts.platform(finding.platform);
  constexpr std::size_t most = 8;
  std::vector<std::string> lines;
  for (const std::size_t index : finding.devices) {
    if (!platform || index >= platform->devices.size()) continue;
    if (lines.size() == most) {
      lines.push_back(fmt::format("{} more", finding.devices.size() - most));
      break;
    }
    lines.push_back(fmt::format("{} {}", index, device_line(platform->devices[index])));
  }
  return lines.empty() ? "" : (finding.devices.size() == 1 ? "device " : "devices ") + listed(lines);
}

Json steps_of(const Finding& finding) {
  Json steps = Json::array();
  for (const Remedy& step : finding.remedy)
    steps.push_back({{"text", as_sentence(step.text)}, {"command", text_or_null(step.command)}});
  return steps;
}

/// What decided, each thing once.
Json terms_of(const Finding& finding) {
  constexpr std::size_t most = 12, most_sources = 3;
  Json terms = Json::array();
  std::set<std::pair<std::string, std::string>> seen;
  for (const Term& term : finding.terms) {
    if (terms.size() == most || !seen.emplace(term.fact, term.seen).second) continue;
    std::vector<std::string> sources(
        term.sources.begin(),
        term.sources.begin() + static_cast<std::ptrdiff_t>(std::min(term.sources.size(), most_sources)));
    if (term.sources.size() > most_sources)
      sources.push_back(fmt::format("{} more", term.sources.size() - most_sources));
    const bool adds_reason = !term.because.empty() && term.seen.find(term.because) == std::string::npos;
    const std::string words = term.seen.empty() ? "unknown" : term.seen;
    terms.push_back({{"fact", term.fact},
                     {"seen", adds_reason ? fmt::format("{} ({})", words, term.because) : words},
                     {"from", text_or_null(listed(sources))}});
  }
  return terms;
}

/// What follows from it and has no remedy of its own.
Json consequences_of(const Report& report, const Finding& finding) {
  Json list = Json::array();
  for (const Finding& other : report.diagnosis.findings)
    if (other.folded_under == finding.id && other.platform == finding.platform)
      list.push_back({{"title", other.title}, {"id", other.id}});
  return list;
}

Json finding_values(const Report& report, const Finding& finding) {
  const Json steps = steps_of(finding), terms = terms_of(finding);
  const bool has_verify = !finding.verify.empty() && !finding.remedy.empty();
  Json source;
  if (!finding.source.url.empty())
    source = {{"title", finding.source.title},
              {"url", page_url(finding.source.url)},
              {"year", finding.source.year > 0 ? Json(finding.source.year) : Json()}};
  return {{"severity", finding.severity},
          {"severity_word", finding.severity == "error"     ? "Error"
                            : finding.severity == "warning" ? "Warning"
                                                            : "Note"},
          {"title", finding.title},
          {"id", finding.id},
          {"devices", text_or_null(devices_of(report, finding))},
          {"cause", text_or_null(finding.cause)},
          {"consequences", consequences_of(report, finding)},
          {"has_steps", !steps.empty()},
          {"steps", steps},
          {"verify", has_verify ? Json(finding.verify) : Json()},
          {"verify_label", verify_label},
          {"has_terms", !terms.empty()},
          {"terms", terms},
          {"source", source}};
}

}  // namespace

void add_findings(Json& page, const Report& report) {
  page["findings_title"] = findings_count(report);
  page["has_findings"] = !report.diagnosis.findings.empty();
  page["findings"] = Json::array();
  for (const Finding& finding : report.diagnosis.findings)
    if (finding.folded_under.empty()) page["findings"].push_back(finding_values(report, finding));
}

}  // namespace rigfit
