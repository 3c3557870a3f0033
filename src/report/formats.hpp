#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.hpp"

namespace rigfit {

/// One form that a report can take (`--format`).
struct Format {  // NOLINT(clang-analyzer-optin.performance.Padding): rows read better in this order
  std::string_view name;
  bool is_whole;  ///< it always holds the recommendation, whatever command prints it
  std::string (*write)(const Report& report, const TextStyle& style);
  /// One framework for several machines; null where that cannot be had in this format.
  std::string (*write_choice)(const std::vector<NamedAnalysis>& machines, const CommonChoice& choice,
                              const TextStyle& style);
  bool is_markdown = false;  ///< it may become a part of a Markdown document (`--into`)
};

/// All of them. The first is the default.
std::span<const Format> formats();

/// Null for what is no format.
const Format* format_named(std::string_view name);

}  // namespace rigfit
