#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// The cells of a line, trimmed; a comma within quotes ends none.
std::vector<std::string> csv_cells(std::string_view line);

using CsvRow = std::map<std::string, std::string, std::less<>>;

/// The rows below the line whose first cell is `first_column`: each cell by its column's name in lower case. Rows of
/// another length were cut, or are prose, and are left out.
std::vector<CsvRow> csv_rows(std::string_view text, std::string_view first_column);

}  // namespace rigfit
