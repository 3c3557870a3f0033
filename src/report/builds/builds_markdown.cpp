#include <fmt/format.h>

#include <algorithm>

#include "judge/support/install.hpp"
#include "report/builds/builds.hpp"
#include "report/markdown/markdown_text.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using markdown::Inline;

std::string_view cell_of(GenerationFit fit) {
  switch (fit) {
    case GenerationFit::yes:
      return "yes";
    case GenerationFit::some:
      return "part";
    case GenerationFit::unknown:
      return "?";
    case GenerationFit::no:
      break;
  }
  return "-";
}

std::string_view words_of(Here here) {
  switch (here) {
    case Here::installs:
      return "installed by rigfit";
    case Here::after_fix:
      return "after a fix";
    case Here::runs:
      return "runs";
    case Here::no:
      return "no";
    case Here::unknown:
      return "not known";
    case Here::not_asked:
      break;
  }
  return "";
}

/// Every generation has a column of its own; those that no build has code for are left out.
void write_table(markdown::Document& document, const BuildTable& table) {
  std::vector<std::size_t> shown;
  for (std::size_t n = 0; n < table.generations.size(); ++n)
    if (std::any_of(table.rows.begin(), table.rows.end(),
                    [&](const MatrixRow& row) { return row.generations[n] != GenerationFit::no; }))
      shown.push_back(n);
  const auto any = [&](auto has) { return std::any_of(table.rows.begin(), table.rows.end(), has); };
  const bool has_here = any([](const MatrixRow&row) { return row.here != Here::not_asked; }),
             has_driver = any([](const MatrixRow&row) { return !row.driver.empty(); }),
             has_runtime = any([](const MatrixRow&row) { return !row.build->runtime.empty(); });
  std::vector<markdown::Column> columns{{markdown::text("Version")}};
  if (has_runtime) columns.push_back({markdown::text(platform_name(table.platform))});
  if (has_driver) columns.push_back({markdown::text("Driver")});
  columns.push_back({markdown::text("Python")});
  columns.push_back({markdown::text("Other needs")});
  columns.push_back({markdown::text("For")});
  for (const std::size_t n : shown) columns.push_back({markdown::text(table.generations[n].name)});
  if (has_here) columns.push_back({markdown::text("This machine")});
  std::vector<std::vector<Inline>> rows;
  for (const MatrixRow& row : table.rows) {
    const bool is_installed = row.here == Here::installs;
    const auto cell = [&](std::string_view text) {
      return is_installed ? markdown::strong(text) : markdown::text(text);
    };
    std::vector<Inline> cells{cell(row.build->version)};
    if (has_runtime) cells.push_back(cell(row.build->runtime));
    if (has_driver) cells.push_back(cell(row.driver));
    cells.push_back(cell(range_text(row.build->python)));
    cells.push_back(cell(join(row.needs)));
    cells.push_back(cell(systems_text(row)));
    for (const std::size_t n : shown) cells.push_back(cell(cell_of(row.generations[n])));
    if (has_here) cells.push_back(cell(words_of(row.here)));
    rows.push_back(std::move(cells));
  }
  document.heading(3, markdown::text(fmt::format("{} on {}", table.framework->name, platform_name(table.platform))));
  document.table(columns, rows);
}

}  // namespace

std::string builds_markdown(const BuildsReport& report, const TextStyle&) {
  markdown::Document document;
  document.heading(2, markdown::text(fmt::format("Published builds, as of {}", report.analysis.rules->as_of)));
  for (const BuildTable& table : report.tables) write_table(document, table);
  document.paragraph(
      markdown::text("A generation has \"part\" where a build has code for some of its GPUs only. "
                     "Driver: the oldest NVIDIA driver that the build runs on."));
  return document.take();
}

}  // namespace rigfit
