#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/answer.hpp"
#include "report/text/terminal_text.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// One thing that is compared, as it is and as it would be.
struct Row {
  std::string label, before, after;
};

const ReportAnswer::PlatformLine* line_of(const std::vector<ReportAnswer::PlatformLine>& lines, const std::string& id) {
  const auto it = std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return line.id == id; });
  return it == lines.end() ? nullptr : &*it;
}

std::string platform_text(const ReportAnswer::PlatformLine* line) {
  if (!line) return "none";
  const bool is_working = line->state == State::ready || line->state == State::proven;
  return is_working ? line->text : fmt::format("{}: {}", spaced(name_of(line->state)), line->text);
}

/// The platforms that one of the two has, and their room for models.
void add_platforms(const Facts& before, const Facts& after, std::vector<Row>& rows) {
  const auto lines = platform_lines(before), changed = platform_lines(after);
  std::set<std::string> done;
  for (const auto* list : {&lines, &changed})
    for (const ReportAnswer::PlatformLine& line : *list) {
      if (line.id.empty() || !done.insert(line.id).second) continue;
      const auto *one = line_of(lines, line.id), *other = line_of(changed, line.id);
      rows.push_back({line.name, platform_text(one), platform_text(other)});
      const auto room = [](const ReportAnswer::PlatformLine* of) {
        return of && !of->room.empty() ? of->room : std::string("-");
      };
      if (room(one) != "-" || room(other) != "-") rows.push_back({line.name + " room", room(one), room(other)});
    }
}

std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }

void add_totals(const ReportAnswer& before, const ReportAnswer& after, std::vector<Row>& rows) {
  const auto totals = [](const ReportAnswer& answer) {
    std::vector<std::string> words;
    for (const ReportAnswer::ScoreRow& row : answer.scores)
      words.push_back(fmt::format("{} {}", row.name, row.is_ranked ? row.total : "(not ranked)"));
    return join(words);
  };
  rows.push_back({"Totals", totals(before), totals(after)});
}

/// Of those that are no consequence of another, which are counted in neither.
std::vector<const Finding*> findings_only_of(const Diagnosis& one, const Diagnosis& other) {
  std::vector<const Finding*> only;
  for (const Finding& finding : one.findings)
    if (finding.folded_under.empty() && std::none_of(other.findings.begin(), other.findings.end(),
                                                     [&](const Finding& f) { return f.id == finding.id; }))
      only.push_back(&finding);
  return only;
}

void write_findings(Page& page, const Report& today, const Report& report) {
  std::vector<std::vector<Cell>> rows;
  const auto add = [&](const char* word, const std::vector<const Finding*>& findings, bool is_bad) {
    for (const Finding* finding : findings)
      rows.push_back({{word, is_bad ? Tint::bad : Tint::good},
                      {fmt::format("{}: {}", finding->severity, finding->title)},
                      {finding->id, Tint::faint}});
  };
  add("New", findings_only_of(report.diagnosis, today.diagnosis), true);
  add("Gone", findings_only_of(today.diagnosis, report.diagnosis), false);
  constexpr std::size_t most = 4;
  const std::size_t left_out = rows.size() > most && !page.verbose() ? rows.size() - most : 0;
  rows.resize(rows.size() - left_out);
  if (!rows.empty()) page.table({{}, {false, true}, {}}, rows);
  if (left_out > 0) page.paragraph(fmt::format("{} more; -v shows them.", left_out), 0, 0, Tint::faint);
}

void write_rows(Page& page, const Report& report, const std::vector<Row>& rows) {
  std::vector<std::vector<Cell>> cells{{{}, {"as it is", Tint::faint}, {report.what_if, Tint::strong}}};
  std::vector<std::string> same;
  for (const Row& row : rows)
    if (row.before == row.after)
      same.push_back(row.label == "Framework" || row.label == "Findings" || row.label == "Totals"
                         ? fmt::format("{} ({})", row.label, row.before)
                         : row.label);
    else
      cells.push_back({{row.label, Tint::faint}, {row.before}, {row.after}});
  if (cells.size() > 1) page.table({{}, {false, true}, {false, true}}, cells);
  if (!same.empty()) page.field("Unchanged", join(same, "; "), 11);
}

/// The answer for the machine that was changed, and what is different by it. The command of the fix is left out where
/// it would make it longer than a screen: it is one for a machine that is not there yet.
void write_recommendation(Page& page, const Report& today, const Report& report, bool has_command) {
  const ReportAnswer before = answer_of(today);
  ReportAnswer after = answer_of(report);
  if (after.fix_first && !has_command) after.fix_first->command.clear();
  page.paragraph(after.verdict, 0, 0, Tint::title);
  page.blank();
  std::vector<Row> rows{{"Framework", or_none(before.first), or_none(after.first)}};
  add_platforms(today.facts, report.facts, rows);
  add_totals(before, after, rows);
  rows.push_back({"Findings", before.findings, after.findings});
  write_rows(page, report, rows);
  write_findings(page, today, report);
  page.blank();
  for (const std::string& assumption : report.assumptions) page.field("Assumed", assumption, 11);
  if (after.fix_first) write_fix(page, *after.fix_first);
  if (!after.better.empty()) page.field("Better", capital(as_sentence(after.better)), 11);
  for (const std::string& line : after.install.lines)
    page.labelled_command(&line == &after.install.lines.front() ? "Install" : "", line, 11);
}

/// Without a recommendation: platforms and findings.
void write_machine(Page& page, const Report& today, const Report& report) {
  page.paragraph(fmt::format("This machine {}:", report.what_if), 0, 0, Tint::title);
  page.blank();
  std::vector<Row> rows;
  add_platforms(today.facts, report.facts, rows);
  rows.push_back({"Findings", findings_count(today), findings_count(report)});
  write_rows(page, report, rows);
  write_findings(page, today, report);
  for (const std::string& assumption : report.assumptions) page.field("Assumed", assumption, 11);
}

}  // namespace

std::string what_if_text(const Report& report, const TextStyle& style) {
  const Report today(*report.scope.today);
  if (report.scope.part == Scope::Part::recommendation) {
    const auto written = [&](bool has_command) {
      Page page(style);
      write_recommendation(page, today, report, has_command);
      return page.take();
    };
    std::string text = written(true);
    const bool is_too_long = !style.verbose && rows_on_terminal(text, style.width) > screen_rows;
    return is_too_long ? written(false) : text;
  }
  Page page(style);
  write_machine(page, today, report);
  page.blank();
  const std::string head = page.take();
  return report.scope.part == Scope::Part::findings ? head + doctor_text(report, style)
                                                    : head + probe_text(report, style, report.scope.only);
}

}  // namespace rigfit
