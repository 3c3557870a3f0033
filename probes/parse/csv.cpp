#include "probes/parse/csv.hpp"

#include <utility>

#include "probes/parse/text.hpp"

namespace rigfit {

std::vector<std::string> csv_cells(std::string_view line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (const char c : trimmed(line))
    if (c == '"')
      is_quoted = !is_quoted;
    else if (c == ',' && !is_quoted)
      cells.emplace_back();
    else
      cells.back() += c;
  for (std::string& cell : cells) cell = trimmed(cell);
  return cells;
}

std::vector<CsvRow> csv_rows(std::string_view text, std::string_view first_column) {
  std::vector<CsvRow> rows;
  std::vector<std::string> columns;
  for (const std::string_view line : lines_of(text)) {
    std::vector<std::string> cells = csv_cells(line);
    if (cells.size() > 1 && lower(cells[0]) == first_column) {
      columns = std::move(cells);
      for (std::string& column : columns) column = lower(column);
    } else if (cells.size() > 1 && cells.size() == columns.size()) {
      CsvRow& row = rows.emplace_back();
      for (std::size_t n = 0; n < cells.size(); ++n) row.emplace(columns[n], std::move(cells[n]));
    }
  }
  return rows;
}

}  // namespace rigfit
