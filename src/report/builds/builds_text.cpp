#include <fmt/format.h>

#include <algorithm>

#include "judge/support/install.hpp"
#include "report/builds/builds.hpp"
#include "report/text/text_layout.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {

std::string builds_text(const BuildsReport& report, const TextStyle& style);
std::string builds_json(const BuildsReport& report, const TextStyle& style);
std::string builds_markdown(const BuildsReport& report, const TextStyle& style);
std::string builds_html(const BuildsReport& report, const TextStyle& style);

std::span<const BuildsFormat> builds_formats() {
  static constexpr BuildsFormat rows[] = {
      {"text", builds_text}, {"json", builds_json}, {"markdown", builds_markdown, true}, {"html", builds_html}};
  return rows;
}

namespace {

Cell mark_of(Here here) {
  switch (here) {
    case Here::installs:
      return {">", Tint::good};
    case Here::after_fix:
      return {"+", Tint::doubtful};
    case Here::runs:
      return {"y"};
    case Here::unknown:
      return {"?", Tint::doubtful};
    case Here::no:
      return {"n", Tint::faint};
    case Here::not_asked:
      break;
  }
  return {""};
}

std::vector<std::string> other_needs(const MatrixRow& row) {
  std::vector<std::string> needs = row.needs;
  if (!row.driver.empty()) needs.insert(needs.begin(), "driver " + row.driver);
  return needs;
}

/// What a table is about besides the platform's name: the runtime's column.
std::string runtime_heading(const std::string& platform) {
  if (platform == "cuda" || platform == "rocm") return platform_name(platform);
  return "runtime";
}

void write_table(Page& page, const BuildsReport& report, const BuildTable& table) {
  const auto any = [&](auto has) { return std::any_of(table.rows.begin(), table.rows.end(), has); };
  const bool has_systems = report.system.empty(),
             has_mark = any([](const MatrixRow&row) { return row.here != Here::not_asked; }),
             has_runtime = any([](const MatrixRow&row) { return !row.build->runtime.empty(); }),
             has_code = !table.generations.empty();
  page.heading(fmt::format("{} on {}", table.framework->name, platform_name(table.platform)));
  std::vector<Column> columns;
  std::vector<Cell> heads;
  const auto add_column = [&](std::string head, bool may_wrap = false) {
    columns.push_back({false, may_wrap});
    heads.push_back({std::move(head), Tint::faint});
  };
  if (has_mark) add_column("");
  add_column("version");
  if (has_runtime) add_column(runtime_heading(table.platform));
  add_column("Python");
  add_column("needs", true);
  if (has_systems) add_column("for");
  if (has_code) add_column("has code for", true);
  std::vector<std::vector<Cell>> rows{heads};
  for (const MatrixRow& row : table.rows) {
    std::vector<Cell> cells;
    if (has_mark) cells.push_back(mark_of(row.here));
    cells.push_back({row.build->version, row.here == Here::installs ? Tint::strong : Tint::plain});
    if (has_runtime) cells.push_back({row.build->runtime});
    cells.push_back({range_text(row.build->python, "-")});
    cells.push_back({join(other_needs(row))});
    if (has_systems) cells.push_back({systems_text(row)});
    if (has_code) cells.push_back({generations_text(table, row)});
    rows.push_back(std::move(cells));
    if (page.verbose() && !row.build->note.empty()) {
      std::vector<Cell> note(columns.size());
      note.back() = {row.build->note, Tint::faint};
      rows.push_back(std::move(note));
    }
  }
  page.table(columns, rows, 2);
}

std::string machine_text(const BuildsReport& report) {
  if (report.system.empty()) return "every system";
  return system_name(report.system) + (report.processor.empty() ? "" : " on " + report.processor);
}

}  // namespace

std::string systems_text(const MatrixRow& row) {
  std::vector<std::string> names;
  for (const std::string& system : row.systems) names.push_back(system_name(system));
  std::string text = join(names, "/");
  append_to_list(text, join(row.processors, "/"), " ");
  return text;
}

std::string builds_text(const BuildsReport& report, const TextStyle& style) {
  Page page(style);
  page.paragraph(fmt::format("Published builds for {}, as of {}.", machine_text(report), report.analysis.rules->as_of),
                 0, 0, Tint::title);
  bool has_marks = false;
  for (const BuildTable& table : report.tables) {
    write_table(page, report, table);
    for (const MatrixRow& row : table.rows) has_marks = has_marks || row.here != Here::not_asked;
  }
  page.blank();
  if (report.tables.empty()) page.paragraph("None of the rules' builds is for it.");
  if (has_marks)
    page.paragraph("> what rigfit installs here; + after a fix; y runs here, too; n does not today; ? unknown", 0, 0,
                   Tint::faint);
  page.paragraph("More: --all (every system and platform), -v (notes), --framework, --platform", 0, 0, Tint::faint);
  return page.take();
}

}  // namespace rigfit
