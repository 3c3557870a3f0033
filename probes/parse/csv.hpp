#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// The cells of a line, trimmed; a comma within quotes ends none.
std::vector<std::string> csv_cells(std::string_view line);

/// A row below a header.
struct CsvRow {
  std::shared_ptr<const std::vector<std::string>> columns;  ///< their names in lower case
  std::vector<std::string> cells;

  /// What stands in that column; empty where there is none of that name.
  std::string_view at(std::string_view column) const;
};

/// The rows below the line whose first cell is `first_column`. Rows of another length were cut, or are prose, and are
/// left out.
std::vector<CsvRow> csv_rows(std::string_view text, std::string_view first_column);

}  // namespace rigfit
