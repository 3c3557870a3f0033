#include <fmt/format.h>

#include <algorithm>

#include "report/answer.hpp"
#include "report/text/terminal_text.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

constexpr int label_width = 11;  ///< of "Fix first" and the space behind
/// The answer, and what of its layout gives way where it would be longer than a screen.
struct Screen {
  ReportAnswer answer;
  bool has_legend = true;      ///< where to read why some are not ranked
  bool is_tight = false;       ///< no empty line before the scores
  bool has_blank_line = true;  ///< before the reasons
};

void write_platforms(Page& page, const std::vector<ReportAnswer::PlatformLine>& lines) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& line : lines) {
    rows.push_back(
        {{line.word, tint_of(line.state)}, {line.name, line.id.empty() ? Tint::plain : Tint::strong}, {line.text}});
    if (!line.room.empty()) rows.push_back({{}, {}, {line.room}});
  }
  page.table({{}, {}, {false, true}}, rows, 2);
}

std::string total_of(const ReportAnswer::ScoreRow& row) {
  return row.is_ranked ? row.total + " " : "(" + row.total + ")";
}

std::string text_of(const ReportAnswer::ScoreCell& cell) { return cell.text + (cell.is_best ? "*" : " "); }

/// A row a factor, a column a framework: for a page on which the other way does not fit.
void write_scores_across(Page& page, const ReportAnswer& answer) {
  std::vector<Column> columns{{}};
  std::vector<std::vector<Cell>> rows{{{"* is best", Tint::faint}}, {{"total"}}};
  for (const std::string& factor : answer.factors) rows.push_back({{factor}});
  for (const ReportAnswer::ScoreRow& row : answer.scores) {
    columns.push_back({true, false});
    const Tint tint = row.is_first ? Tint::strong : Tint::plain;
    rows[0].push_back({row.name + " ", tint});
    rows[1].push_back({total_of(row), tint});
    for (std::size_t k = 0; k < row.cells.size(); ++k)
      rows[k + 2].push_back({text_of(row.cells[k]), row.cells[k].is_best ? Tint::good : Tint::plain});
  }
  page.table(columns, rows, 2);
}

/// The columns of a row a framework with a head over the names.
int width_of_scores(const ReportAnswer& answer, std::string_view head) {
  std::size_t name = head.size(), total = std::string_view("total ").size(), width = 2 + 2;
  for (const ReportAnswer::ScoreRow& row : answer.scores) {
    name = std::max(name, row.name.size());
    total = std::max(total, total_of(row).size());
  }
  for (std::size_t k = 0; k < answer.factors.size(); ++k) {
    std::size_t most = answer.factors[k].size() + 1;
    for (const ReportAnswer::ScoreRow& row : answer.scores) most = std::max(most, text_of(row.cells[k]).size());
    width += 2 + most;
  }
  return static_cast<int>(name + total + width);
}

/// A row a framework, a column a factor. What is best has a star; a total in parentheses is not ranked with the others.
void write_scores(Page& page, const Screen& screen) {
  const ReportAnswer& answer = screen.answer;
  if (answer.scores.empty()) return;
  if (!screen.is_tight) page.blank();
  const bool any_behind =
      std::any_of(answer.scores.begin(), answer.scores.end(), [](const auto& row) { return !row.is_ranked; });
  std::string_view head = any_behind ? "* best, () unranked" : "* best or tied";
  if (width_of_scores(answer, head) > page.width()) head = "* is best";
  if (width_of_scores(answer, head) > page.width()) return write_scores_across(page, answer);
  std::vector<Column> columns{{}, {true, false}};
  std::vector<std::vector<Cell>> rows{{{std::string(head), Tint::faint}, {"total ", Tint::faint}}};
  for (const std::string& factor : answer.factors) {
    columns.push_back({true, false});
    rows[0].push_back({factor + " ", Tint::faint});
  }
  for (const ReportAnswer::ScoreRow& row : answer.scores) {
    rows.push_back({{row.name, row.is_first ? Tint::strong : Tint::plain},
                    {total_of(row), row.is_first ? Tint::strong : Tint::plain}});
    for (const ReportAnswer::ScoreCell& cell : row.cells)
      rows.back().push_back({text_of(cell), cell.is_best ? Tint::good : Tint::plain});
  }
  page.table(columns, rows, 2);
  if (any_behind && screen.has_legend)
    page.paragraph("unranked: see -v or `rigfit explain adequacy`", 2, 0, Tint::faint);
}

void write_commands(Page& page, std::string_view label, const std::vector<std::string>& lines) {
  bool is_first = true;
  for (const std::string& line : lines) {
    page.labelled_command(is_first ? label : "", line, label_width);
    is_first = false;
  }
}

/// Where nothing was found and where there is more, in one line.
std::string last_line(const ReportAnswer& answer) {
  return fmt::format("{}. More: {}", answer.findings, join(answer.more, "; "));
}

/// The reasons, what would be better, and the commands.
void write_reasons(Page& page, const ReportAnswer& answer) {
  for (const auto& [label, text] : {std::pair{"Why", &answer.why}, {"Firm", &answer.firm}, {"Better", &answer.better}})
    if (!text->empty()) page.field(label, as_sentence(capital(*text)), label_width);
  if (answer.fix_first) write_fix(page, *answer.fix_first);
  if (!answer.warning.empty()) page.field("Warning", as_sentence(answer.warning), label_width, 0, Tint::doubtful);
  for (const std::string& note : answer.notes) page.field("Note", note, label_width, 0, Tint::doubtful);
  write_commands(page, "Install", answer.install.lines);
  if (!answer.install.lines.empty() && !answer.check.empty()) write_commands(page, "Check", {answer.check});
  if (answer.install.lines.empty() && !answer.why.empty())
    page.field("Install", "No published build of it runs here today.", label_width);
}

void write_screen(Page& page, const Screen& screen) {
  const ReportAnswer& answer = screen.answer;
  page.paragraph(answer.verdict, 0, 0, Tint::title);
  page.blank();
  page.field("Machine", answer.machine, 9);
  write_platforms(page, answer.platforms);
  write_scores(page, screen);
  if (screen.has_blank_line) page.blank();
  write_reasons(page, answer);
  page.paragraph(last_line(answer), 0, 2, Tint::faint);
}

int rows_of(const Page& page, const Screen& screen) {
  Page draft(TextStyle{false, page.width()});
  write_screen(draft, screen);
  return rows_on_terminal(draft.take(), page.width());
}

void keep_to(std::string& text, std::string_view end, std::size_t kept) {
  if (const std::size_t at = text.find(end); at != text.npos) text.erase(at + kept);
}

/// What gives way, the least important first. -v has all of it.
constexpr void (*shortenings[])(Screen&) = {
    [](Screen& screen) { std::erase(screen.answer.more, "--ask"); },
    [](Screen& screen) { screen.has_blank_line = false; },
    [](Screen& screen) { screen.has_legend = false; },
    [](Screen& screen) { screen.is_tight = true; },
    [](Screen& screen) { keep_to(screen.answer.firm, ";", 0); },
    [](Screen& screen) {
      if (!screen.answer.fix_first) return;
      ReportAnswer::Fix& fix = *screen.answer.fix_first;
      if (!fix.command_step.empty()) fix.step = fix.command_step;
      keep_to(fix.step, ". ", 1);
    },
    [](Screen& screen) { keep_to(screen.answer.why, ";", 0); },
    [](Screen& screen) { keep_to(screen.answer.warning, ";", 0); },
    [](Screen& screen) {
      for (std::string& note : screen.answer.notes) keep_to(note, ". ", 1);
    },
    [](Screen& screen) { screen.answer.check.clear(); },
    [](Screen& screen) {
      if (!screen.answer.fix_first || screen.answer.fix_first->command.empty()) return;
      screen.answer.fix_first->command = "rigfit doctor   # has the command";
    },
};

}  // namespace

void write_fix(Page& page, const ReportAnswer::Fix& fix) {
  const std::string step = fix.step.empty() ? "" : " " + as_sentence(fix.step);
  page.field("Fix first", as_sentence(fix.title) + step, label_width, 0, Tint::bad);
  if (!fix.command.empty()) page.labelled_command("", fix.command, label_width);
}

void write_answer(Page& page, const Report& report) {
  Screen screen{answer_of(report)};
  if (!page.verbose())
    for (const auto shorten : shortenings) {
      if (rows_of(page, screen) <= screen_rows) break;
      shorten(screen);
    }
  write_screen(page, screen);
}

}  // namespace rigfit
