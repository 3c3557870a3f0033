#include "report/formats.hpp"

#include <algorithm>

namespace rigfit {

// A file with the function and a row here (with the function's declaration) are all that a format needs.

std::string text_report(const Report&, const TextStyle&);
std::string json_report(const Report&, const TextStyle&);
std::string ndjson_report(const Report&, const TextStyle&);
std::string ndjson_reports(const std::vector<NamedAnalysis>&, const CommonChoice&, const TextStyle&);
std::string markdown_report(const Report&, const TextStyle&);
std::string markdown_choice(const std::vector<NamedAnalysis>&, const CommonChoice&, const TextStyle&);
std::string issue_report(const Report&, const TextStyle&);
std::string html_report(const Report&, const TextStyle&);

std::span<const Format> formats() {
  static constexpr Format rows[] = {
      {"text", false, text_report, common_text},        {"json", false, json_report, common_json},
      {"ndjson", false, ndjson_report, ndjson_reports}, {"markdown", false, markdown_report, markdown_choice, true},
      {"issue", false, issue_report, nullptr, true},    {"html", true, html_report, nullptr},
  };
  return rows;
}

const Format* format_named(std::string_view name) {
  const auto all = formats();
  const auto row = std::find_if(all.begin(), all.end(), [&](const Format& format) { return format.name == name; });
  return row == all.end() ? nullptr : &*row;
}

}  // namespace rigfit
