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

std::string evidence_text(const CheckedLine& line, bool is_verbose) {
  const std::vector<std::string> sources = evidence_of(line);
  std::string text;
  for (std::size_t n = 0; n < sources.size() && (is_verbose || n < shown_sources); ++n)
    text += (n == 0 ? "" : ", ") + sources[n];
  if (!is_verbose && sources.size() > shown_sources)
    text += fmt::format(" and {} more", sources.size() - shown_sources);
  return text;
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
  if (open > 0) text += fmt::format("{}{} could not be determined", wrong > 0 ? ", " : "", open);
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
    if (const std::string evidence = evidence_text(line, style.verbose); !evidence.empty())
      rows.push_back({{}, {}, {evidence, Tint::faint}});
  }
  page.table({{}, {false, true}, {false, true}}, rows);
  page.blank();
  page.paragraph(summary(report.result));
  return page.take();
}

}  // namespace rigfit
