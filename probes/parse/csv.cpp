#include "probes/parse/csv.hpp"

#include <algorithm>
#include <utility>

#include "probes/parse/text.hpp"

namespace rigfit {

std::vector<std::string> csv_cells(std::string_view line) {
  if (line.find('"') == line.npos) {
    const auto plain = split(trimmed(line), ',');
    return {plain.begin(), plain.end()};
  }
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

std::string_view CsvRow::at(std::string_view column) const {
  const auto found = std::find(columns->begin(), columns->end(), column);
  const auto place = static_cast<std::size_t>(found - columns->begin());
  return place < cells.size() ? std::string_view(cells[place]) : std::string_view{};
}

std::vector<CsvRow> csv_rows(std::string_view text, std::string_view first_column) {
  std::vector<CsvRow> rows;
  auto columns = std::make_shared<const std::vector<std::string>>();
  for (const std::string_view line : lines_of(text)) {
    std::vector<std::string> cells = csv_cells(line);
    if (cells.size() > 1 && lower(cells[0]) == first_column) {
      for (std::string& cell : cells) cell = lower(cell);
      columns = std::make_shared<const std::vector<std::string>>(std::move(cells));
    } else if (cells.size() > 1 && cells.size() == columns->size()) {
      rows.push_back({columns, std::move(cells)});
    }
  }
  return rows;
}

}  // namespace rigfit
