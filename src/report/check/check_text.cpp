#include <fmt/format.h>

#include "report/check/check_formats.hpp"
#include "report/text/terminal_text.hpp"
#include "report/text/text_layout.hpp"

namespace rigfit {
namespace {

constexpr std::size_t shown_sources = 2;  ///< without --verbose

Tint tint_of_answer(const CheckedLine& line) {
  if (!line.applies) return Tint::faint;
  return line.met == Truth::yes ? Tint::good : line.met == Truth::no ? Tint::bad : Tint::doubtful;
}

std::vector<std::string> evidence_lines(const CheckedLine& line, bool is_verbose) {
  std::vector<std::string> sources = evidence_of(line);
  if (is_verbose || sources.size() <= shown_sources) return sources;
  const std::size_t more = sources.size() - shown_sources;
  sources.resize(shown_sources);
  sources.back() += fmt::format(" and {} more", more);
  return sources;
}

/// A line each, for logs: what is met is not worth one.
std::string terse_text(const CheckReport& report) {
  std::string text;
  for (const CheckedLine& line : report.result.lines)
    if (line.applies && line.met != Truth::yes)
      text += clean(fmt::format("{}: {}", line.text, message_of(line))) + "\n";
  return text;
}

std::string summary(const CheckResult& result) {
  const std::size_t wrong = result.count(Truth::no), open = result.count(Truth::unknown);
  if (wrong == 0 && open == 0) return "All requirements are met.";
  std::string text;
  if (wrong > 0) text = fmt::format("{} of {} {} not met", wrong, result.lines.size(), wrong == 1 ? "is" : "are");
  if (open > 0 && wrong > 0) text += fmt::format(", {} could not be determined", open);
  if (open > 0 && wrong == 0) text = fmt::format("{} of {} could not be determined", open, result.lines.size());
  return text + ".";
}

}  // namespace

std::string check_text(const CheckReport& report, const TextStyle& style) {
  if (report.is_terse) return terse_text(report);
  Page page(style);
  if (!report.about.empty()) page.paragraph(report.about);
  std::vector<std::vector<Cell>> rows;
  for (const CheckedLine& line : report.result.lines) {
    rows.push_back({{std::string(answer_of(line)), tint_of_answer(line)}, {line.text, Tint::strong}, {line.found}});
    if (!line.about.empty() && line.met != Truth::yes) rows.push_back({{}, {}, {"Required: " + line.about}});
    for (const std::string& source : evidence_lines(line, style.verbose))
      rows.push_back({{}, {}, {source, Tint::faint}});
  }
  page.table({{}, {false, true}, {false, true}}, rows);
  page.blank();
  page.paragraph(summary(report.result));
  return page.take();
}

}  // namespace rigfit
