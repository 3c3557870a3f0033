#include <fmt/format.h>

#include <algorithm>

#include "report/diff/diff.hpp"
#include "report/text/short_names.hpp"
#include "report/text/text_layout.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

std::string_view heading_of(Difference::Part part) {
  switch (part) {
    case Difference::Part::recommendation:
      return "Recommendation";
    case Difference::Part::platform:
      return "Platforms";
    case Difference::Part::device:
      return "Devices";
    case Difference::Part::finding:
      return "Findings";
    case Difference::Part::framework:
      return "Frameworks";
    case Difference::Part::fact:
      return "Facts";
    case Difference::Part::judged_by:
      return "Judged by";
  }
  return "";
}

/// Rows of one screen of so many lines, fewer where texts wrap, and of each part on it; `verbose` shows all.
constexpr std::size_t most_rows = 16, least_rows = 4;
constexpr std::ptrdiff_t screen_lines = 23;  // and the prompt
std::size_t most_rows_of(Difference::Part part) {
  switch (part) {
    case Difference::Part::finding:
      return 6;
    case Difference::Part::platform:
    case Difference::Part::device:
      return 5;
    default:
      return 4;
  }
}

/// What follows from other rows, and is shown with `verbose` only.
bool is_detail(const Difference& difference) {
  const std::string& path = difference.path;
  switch (difference.part) {
    case Difference::Part::recommendation:
      return path.ends_with(".install");
    case Difference::Part::platform:
    case Difference::Part::device:
      return path.find(".layer.") != path.npos;
    case Difference::Part::framework:
      return !path.ends_with(".build");
    default:
      return false;
  }
}

Tint tint_of_change(const Difference& difference) {
  if (difference.part != Difference::Part::finding) return Tint::plain;
  return difference.change == Difference::Change::removed ? Tint::good : Tint::bad;
}

std::vector<Cell> row_of(const Difference& difference) {
  const char* mark = difference.change == Difference::Change::added     ? "+"
                     : difference.change == Difference::Change::removed ? "-"
                                                                        : "~";
  std::string text;
  if (difference.change == Difference::Change::changed)
    text = fmt::format("{} -> {}", difference.before.text, difference.after.text);
  if (difference.part == Difference::Part::finding && difference.change != Difference::Change::changed)
    text = difference.before.text + difference.after.text;  // the severity: one of them is empty
  if (difference.part == Difference::Part::finding)
    append_to_list(text, difference.about, ": ");
  else if (difference.change != Difference::Change::changed)
    text = difference.about;
  return {{mark, tint_of_change(difference)}, {difference.path}, {text}};
}

/// States and drivers first, then what was known on both sides: a recording often tells more than another.
int importance(const Difference& difference) {
  for (const std::string_view ending : {".state", ".driver_version"})
    if (difference.path.ends_with(ending)) return 0;
  const bool is_known = difference.before.known == "known" && difference.after.known == "known";
  return difference.change != Difference::Change::changed || is_known ? 1 : 2;
}

using Iterator = std::vector<Difference>::iterator;

/// The rows of one part, as many as there is room for. How many were left out.
std::size_t write_part(Page& page, Iterator begin, Iterator end, std::size_t& room) {
  std::vector<std::vector<Cell>> rows;
  std::size_t left_out = 0;
  const std::size_t most =
      page.verbose() ? static_cast<std::size_t>(end - begin) : std::min(room, most_rows_of(begin->part));
  for (Iterator one = begin; one != end; ++one)
    if (rows.size() < most && (page.verbose() || !is_detail(*one)))
      rows.push_back(row_of(*one));
    else
      ++left_out;
  if (rows.empty()) return left_out;
  room -= std::min(room, rows.size());
  page.paragraph(heading_of(begin->part), 0, 0, Tint::strong);
  page.table({{}, {}, {false, true}}, rows, 2);
  return left_out;
}

std::string summary(const DiffReport& report) {
  const std::vector<std::string> names = short_names({report.before, report.after});
  const std::size_t count = report.differences.all.size();
  if (count == 0) return fmt::format("{} and {} do not differ.", names[0], names[1]);
  return fmt::format("{} -> {}: {}.", names[0], names[1], count_text(count, "difference"));
}

std::string text_of_rows(const DiffReport& report, const TextStyle& style, std::size_t room) {
  Page page(style);
  std::vector<Difference> all = report.differences.all;
  std::stable_sort(all.begin(), all.end(), [](const Difference& a, const Difference& b) {
    return std::pair(a.part, importance(a)) < std::pair(b.part, importance(b));
  });
  page.paragraph(summary(report), 0, 2, Tint::title);
  std::size_t left_out = 0;
  for (Iterator begin = all.begin(); begin != all.end();) {
    const Iterator end = std::find_if(begin, all.end(), [&](const Difference& one) { return one.part != begin->part; });
    left_out += write_part(page, begin, end, room);
    begin = end;
  }
  if (left_out > 0) page.paragraph(fmt::format("{} more: -v shows them.", left_out), 0, 0, Tint::faint);
  for (const std::string& part : report.differences.omitted)
    page.paragraph(fmt::format("Not compared: {}, which only one of the two holds.", part), 0, 2, Tint::faint);
  if (report.differences.ignored > 0)
    page.paragraph(fmt::format("{} hidden by --ignore.", count_text(report.differences.ignored, "difference")), 0, 2,
                   Tint::faint);
  return page.take();
}

}  // namespace

std::string diff_text(const DiffReport& report, const TextStyle& style) {
  std::size_t rows = most_rows;
  std::string text = text_of_rows(report, style, rows);
  while (!style.verbose && rows > least_rows && std::count(text.begin(), text.end(), '\n') > screen_lines)
    text = text_of_rows(report, style, --rows);
  return text;
}

std::span<const DiffFormat> diff_formats() {
  static constexpr DiffFormat rows[] = {{"text", diff_text}, {"json", diff_json}};
  return rows;
}

}  // namespace rigfit
