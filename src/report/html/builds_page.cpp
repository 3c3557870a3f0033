#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/version.hpp"
#include "judge/support/install.hpp"
#include "report/builds/builds.hpp"
#include "report/html/assets.hpp"
#include "report/html/template.hpp"
#include "report/html/values.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

/// Class and words of what a build has for a generation.
Json fit_values(GenerationFit fit, const std::string& generation) {
  constexpr std::string_view classes[] = {"good", "part", "none", "unknown"};
  constexpr std::string_view words[] = {"yes", "part", "no", "unknown"};
  const auto n = static_cast<std::size_t>(fit);
  return {{"class", classes[n]}, {"word", words[n]}, {"has_icon", fit != GenerationFit::some}, {"name", generation}};
}

/// Class and words of the badge that tells how a build stands to this machine.
std::pair<std::string_view, std::string_view> badge_of(Here here) {
  switch (here) {
    case Here::installs:
      return {"installs", "Installed by rigfit"};
    case Here::after_fix:
      return {"after", "After a fix"};
    case Here::runs:
      return {"runs", "Runs too"};
    case Here::unknown:
      return {"unsure", "Unknown"};
    case Here::no:
      return {"no", "Does not run"};
    case Here::not_asked:
      break;
  }
  return {"", ""};
}

/// Generations that no build of a table has code for have no column.
std::vector<std::size_t> generations_shown(const BuildTable& table) {
  std::vector<std::size_t> shown;
  for (std::size_t n = 0; n < table.generations.size(); ++n)
    if (std::any_of(table.rows.begin(), table.rows.end(),
                    [&](const MatrixRow& row) { return row.generations[n] != GenerationFit::no; }))
      shown.push_back(n);
  return shown;
}

Json build_row(const BuildTable& table, const MatrixRow& row, const std::vector<std::size_t>& shown,
               const References& references) {
  const Build& build = *row.build;
  Json fits = Json::array();
  for (const std::size_t n : shown) fits.push_back(fit_values(row.generations[n], table.generations[n].name));
  const auto [badge, words] = badge_of(row.here);
  return {{"id", build.id},
          {"version", build.version},
          {"released", text_or_null(build.released)},
          {"refs", references.refs(build.evidence)},
          {"runtime", build.runtime},
          {"driver", row.driver},
          {"python", range_text(build.python)},
          {"needs", join(row.needs)},
          {"systems", systems_text(row)},
          {"fits", std::move(fits)},
          {"code", generations_text(table, row)},
          {"badge", badge},
          {"here", words},
          {"note", text_or_null(build.note)}};
}

Json table_values(const BuildsReport& report, const BuildTable& table, const References& references) {
  const std::vector<std::size_t> shown = generations_shown(table);
  const auto any = [&](auto has) { return std::any_of(table.rows.begin(), table.rows.end(), has); };
  Json rows = Json::array(), generations = Json::array();
  for (const MatrixRow& row : table.rows) rows.push_back(build_row(table, row, shown, references));
  for (const std::size_t n : shown)
    generations.push_back({{"name", table.generations[n].name}, {"targets", join(table.generations[n].targets)}});
  const bool has_runtime = any([](const MatrixRow&row) { return !row.build->runtime.empty(); }),
             has_driver = any([](const MatrixRow&row) { return !row.driver.empty(); }),
             has_needs = any([](const MatrixRow&row) { return !row.needs.empty(); }),
             has_systems = report.system.empty(),
             has_here = any([](const MatrixRow&row) { return row.here != Here::not_asked; });
  const std::size_t columns = 2 + std::size_t{has_runtime} + std::size_t{has_driver} + std::size_t{has_needs} +
                              std::size_t{has_systems} + std::size_t{has_here} + shown.size();
  return {{"id", fmt::format("{}-{}", table.framework->id, table.platform)},
          {"title", fmt::format("{} on {}", table.framework->name, platform_name(table.platform))},
          {"runtime_name",
           table.platform == "cuda" || table.platform == "rocm" ? platform_name(table.platform) : "Runtime"},
          {"has_runtime", has_runtime},
          {"has_driver", has_driver},
          {"has_needs", has_needs},
          {"has_systems", has_systems},
          {"has_here", has_here},
          {"has_code", !shown.empty()},
          {"columns", columns},
          {"generations", std::move(generations)},
          {"rows", std::move(rows)}};
}

/// "2.14 (CUDA 12.6)"
std::string build_words(const BuildTable& table, const MatrixRow& row) {
  std::string platform = platform_name(table.platform);
  append_to_list(platform, row.build->runtime, row.build->runtime.empty() ? "" : " ");
  return fmt::format("{} ({})", row.build->version, platform);
}

/// What of a framework is for this machine, in a clause; empty where nothing is.
std::string outcome_of(const BuildsReport& report, const FrameworkRule& framework) {
  std::string today, after;
  for (const BuildTable& table : report.tables)
    for (const MatrixRow& row : table.rows) {
      if (table.framework != &framework) continue;
      if (row.here == Here::installs) append_to_list(today, build_words(table, row), " or ");
      if (row.here == Here::after_fix) append_to_list(after, build_words(table, row), " or ");
    }
  if (!after.empty()) append_to_list(today, after + " after a fix", "; ");
  return today;
}

std::string title_of_builds(const BuildsReport& report) {
  if (report.system.empty()) return "Published builds for every system";
  return fmt::format("Published builds for {}{}", system_name(report.system),
                     report.processor.empty() ? "" : " on " + report.processor);
}

void add_builds_head(Json& page, const BuildsReport& report) {
  page["version"] = tool_version();
  page["as_of"] = report.analysis.rules->as_of;
  page["brand"] = "rigfit builds";
  page["title"] = title_of_builds(report);
  page["machine_line"] = report.system.empty() ? "" : machine_line(report.analysis.facts.host);
  page["nav"] = page["brief"] = Json::array();
  std::set<const FrameworkRule*> seen;
  for (const BuildTable& table : report.tables) {
    if (!seen.insert(table.framework).second) continue;
    page["nav"].push_back(
        {{"id", fmt::format("{}-{}", table.framework->id, table.platform)}, {"name", table.framework->name}});
    if (const std::string words = outcome_of(report, *table.framework); !words.empty())
      page["brief"].push_back({{"label", table.framework->name}, {"text", words}});
  }
  page["nav"].push_back({{"id", "sources"}, {"name", "Sources"}});
}

/// The citations of all rows, in the order of the rule book.
std::vector<const Citation*> citations_of(const BuildsReport& report) {
  std::set<std::string_view> ids;
  for (const BuildTable& table : report.tables)
    for (const MatrixRow& row : table.rows) ids.insert(row.build->evidence.begin(), row.build->evidence.end());
  std::vector<const Citation*> citations;
  for (const Citation& citation : report.analysis.rules->evidence)
    if (ids.count(citation.id) > 0) citations.push_back(&citation);
  return citations;
}

}  // namespace

/// The format "html" of builds_text.cpp: one file that needs nothing else, without a script.
std::string builds_html(const BuildsReport& report, const TextStyle&) {
  const References references(citations_of(report));
  Json page;
  add_builds_head(page, report);
  page["tables"] = Json::array();
  for (const BuildTable& table : report.tables) page["tables"].push_back(table_values(report, table, references));
  page["has_here"] = !page["brief"].empty();
  page["sources"] = references.list();
  return fill(builds_assets.html, page, page_constants({page_assets.style, builds_assets.style}, builds_assets.script))
      .text;
}

}  // namespace rigfit
