#include <fmt/format.h>

#include <algorithm>

#include "fact_names/os.hpp"
#include "report/answer.hpp"
#include "report/comparison/comparison.hpp"
#include "report/formats.hpp"
#include "report/markdown/sections.hpp"
#include "report/text/citations.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using namespace markdown;
using Mark = Comparison::Mark;

constexpr int top = 2;  ///< level of the first heading: a page has its title already

std::string_view shell_of(const Report& report) {
  const std::string* family = report.facts.host.get(fact::os::family);
  return family && *family == "windows" ? "bat" : "sh";
}

/// Without the full stop that a heading has none of.
std::string as_title(std::string sentence) {
  while (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}

void write_labelled(Document& document, std::string_view label, std::string_view words) {
  if (!words.empty()) document.bullet(strong(label) + text(": ") + prose(as_sentence(capital(std::string(words)))));
}

void write_fix(Document& document, const ReportAnswer::Fix& fix, std::string_view shell) {
  Inline line = strong("Fix first") + text(": ") + text(as_sentence(fix.title));
  if (!fix.cause.empty()) line += text(" " + as_sentence(fix.cause));
  document.paragraph(line);
  document.paragraph(text(as_sentence(fix.step)));
  if (!fix.command.empty()) document.code_block(shell, {fix.command});
}

void write_machine(Document& document, const ReportAnswer& answer) {
  document.heading(top + 1, text("This machine"));
  document.paragraph(text(as_sentence(answer.machine)));
  const bool any_here =
      std::any_of(answer.platforms.begin(), answer.platforms.end(), [](const auto& line) { return !line.id.empty(); });
  std::vector<std::vector<Inline>> rows;
  for (const ReportAnswer::PlatformLine& line : answer.platforms)
    rows.push_back({text(!line.id.empty() ? line.name
                         : any_here       ? "Others"
                                          : "Accelerators"),
                    text(line.word == "-"   ? "none"
                         : line.word == "?" ? "unknown"
                                            : line.word),
                    text(line.room.empty() ? line.text : line.text + "; " + line.room)});
  document.table({{text("Accelerator")}, {text("State")}, {text("What was seen")}}, rows);
}

Inline score(const Comparison::Cell& cell) {
  return cell.mark == Mark::wins   ? strong(cell.score)
         : cell.mark == Mark::ties ? strong(cell.score) + text(" =")
                                   : text(cell.score);
}

std::vector<Column> framework_columns(const Recommendation& recommendation, const Comparison& comparison,
                                      bool to_right) {
  std::vector<Column> columns{{text("Factor"), false}, {text("Points"), true}};
  for (const Comparison::Column& column : comparison.columns)
    columns.push_back({text(recommendation.candidates[column.candidate].rule->name), to_right});
  return columns;
}

void write_totals(const Comparison& comparison, std::vector<std::vector<Inline>>& rows) {
  rows.push_back({strong("Factors won"), {}});
  rows.push_back({strong("Weighted total"), {}});
  for (const Comparison::Column& column : comparison.columns) {
    rows[rows.size() - 2].push_back(text(fmt::format("{}", column.wins)));
    rows.back().push_back(column.is_first              ? strong(column.total)
                          : column.because_not.empty() ? text(column.total)
                                                       : text(fmt::format("({})", column.total)));
  }
}

/// What ratings are the mean of, for each factor with such parts: a row a part, and a column a framework.
void write_parts(Document& document, const Report& report, const Recommendation& recommendation,
                 const Comparison& comparison, bool has_sentences) {
  for (const Comparison::Row& row : comparison.rows) {
    const auto most = std::max_element(row.cells.begin(), row.cells.end(),
                                       [](const auto& a, const auto& b) { return a.parts.size() < b.parts.size(); });
    if (most == row.cells.end() || most->parts.empty()) continue;
    std::vector<Column> columns{{text(row.factor->name)}, {text("Weight"), true}};
    for (const Comparison::Column& column : comparison.columns)
      columns.push_back({text(recommendation.candidates[column.candidate].rule->name), !has_sentences});
    std::vector<std::vector<Inline>> rows;
    for (const Comparison::Part& part : most->parts) {
      rows.push_back({text(part.name), text(fmt::format("{}", part.weight))});
      for (const Comparison::Cell& cell : row.cells) {
        const auto own = std::find_if(cell.parts.begin(), cell.parts.end(),
                                      [&](const Comparison::Part& one) { return one.name == part.name; });
        rows.back().push_back(own == cell.parts.end() ? text("")
                              : has_sentences         ? text(own->score + ". ") + cited(own->sentence, report.rules)
                                                      : text(own->score));
      }
    }
    document.paragraph(text(fmt::format("{} is a weighted mean:", row.factor->name)));
    document.table(columns, rows);
  }
}

void write_comparison(Document& document, const Report& report, const Recommendation& recommendation, bool is_long) {
  const Comparison comparison = comparison_of(recommendation);
  if (comparison.columns.empty()) return;
  document.heading(top + 1, text("Comparison"));
  const bool has_sentences = is_long || comparison.columns.size() == 2;
  std::vector<std::vector<Inline>> rows;
  for (const Comparison::Row& row : comparison.rows) {
    rows.push_back({text(row.factor->name), text(fmt::format("{}", row.points))});
    for (const Comparison::Cell& cell : row.cells)
      rows.back().push_back(has_sentences ? score(cell) + text(". ") + cited(cell.sentence, report.rules)
                                          : score(cell));
  }
  write_totals(comparison, rows);
  document.table(framework_columns(recommendation, comparison, !has_sentences), rows);
  document.paragraph(
      text(fmt::format("Scores from 0 to 100. Bold wins the factor; bold with = is within {} of the "
                       "best, which is a tie. {}.",
                       tie_margin, count_text(static_cast<std::size_t>(comparison.ties), "tie"))));
  write_parts(document, report, recommendation, comparison, has_sentences);
  for (const Comparison::Column& column : comparison.columns)
    if (!column.because_not.empty())
      document.bullet(strong(recommendation.candidates[column.candidate].rule->name) + text(" is not ranked. ") +
                      text(column.because_not));
}

void write_install(Document& document, const Report& report, const ReportAnswer& answer) {
  if (answer.install.lines.empty()) return;
  document.heading(top + 1, text("Install"));
  document.code_block(shell_of(report), answer.install.lines);
  if (!answer.install.python.empty())
    document.paragraph(text(fmt::format("It needs Python {}.", answer.install.python)));
  if (!report.recommendation->offline.empty()) {
    document.paragraph(
        text("Without a network: the first where there is one, on the same system and Python, then the second here."));
    document.code_block(shell_of(report), report.recommendation->offline);
  }
  if (answer.check.empty()) return;
  document.paragraph(text("Check:"));
  document.code_block(shell_of(report), {answer.check});
}

void write_firmness(Document& document, const Recommendation& recommendation) {
  const std::vector<std::string> sentences = firmness_of(recommendation);
  if (sentences.empty()) return;
  document.heading(top + 1, text("How firm that is"));
  for (const std::string& sentence : sentences) document.bullet(text(sentence));
  std::vector<std::vector<Inline>> rows;
  for (const Threshold& threshold : thresholds_of(recommendation))
    rows.push_back({text(threshold.factor->name), text(fmt::format("{}", threshold.points_now)),
                    text(threshold.others_first.empty() ? "nobody else" : threshold.others_first)});
  if (!rows.empty())
    document.table({{text("Priority, changed alone")}, {text("Points now"), true}, {text("Who would be first")}}, rows);
}

void write_choosing(Document& document, const Recommendation& recommendation) {
  for (const Comparison::Column& column : comparison_of(recommendation).columns) {
    const Candidate& candidate = recommendation.candidates[column.candidate];
    if (candidate.choose_when.empty()) continue;
    document.heading(top + 1, text(fmt::format("Choose {} when", candidate.rule->name)));
    for (const std::string& sentence : candidate.choose_when) document.bullet(text(sentence));
  }
}

void write_statistics(Document& document, const Report& report) {
  const auto statistics = statistics_shown(report);
  if (statistics.empty()) return;
  document.heading(top + 1, text("Key statistics"));
  for (const Statistic* statistic : statistics) {
    Inline line = strong(statistic->value) + text(" " + statistic->sentence);
    bool is_first = true;
    for (const std::string& id : statistic->evidence)
      if (const Citation* citation = report.rules.citation(id)) {
        line += text(is_first ? " " : ", ") + source(citation->source);
        is_first = false;
      }
    document.bullet(line);
  }
}

void write_runtime(Document& document, const Report& report) {
  if (!report.runtime) return;
  const Recommendation& runtime = *report.runtime;
  const Profile* profile = report.rules.profile(report.profile);
  document.heading(top + 1, text("Runtime"));
  if (profile && profile->runtimes) document.paragraph(text(as_sentence(profile->runtimes->about)));
  std::vector<std::vector<Inline>> rows;
  for (const Comparison::Column& column : comparison_of(runtime).columns) {
    const Candidate& candidate = runtime.candidates[column.candidate];
    rows.push_back({column.is_first ? strong(candidate.rule->name) : text(candidate.rule->name), text(column.total),
                    text(column.because_not.empty() ? as_sentence(candidate.support.sentence) : column.because_not)});
  }
  document.table({{text("Runtime")}, {text("Total"), true}, {text("On this machine")}}, rows);
  if (!runtime.install.empty()) document.code_block(shell_of(report), {runtime.install});
}

void write_findings_summary(Document& document, const Report& report, const ReportAnswer& answer) {
  document.heading(top + 1, text("Problems"));
  document.paragraph(text(as_sentence(answer.findings)));
  markdown::write_findings(document, report, top + 2);
}

void write_recommendation(Document& document, const Report& report, bool is_long) {
  const Recommendation& recommendation = *report.recommendation;
  const ReportAnswer answer = answer_of(report);
  document.heading(top, text(as_title(answer.verdict)));
  write_labelled(document, "Why", answer.why);
  write_labelled(document, "Firm", answer.firm);
  write_labelled(document, "Better", answer.better);
  write_labelled(document, "Warning", answer.warning);
  for (const std::string& note : answer.notes) write_labelled(document, "Note", note);
  if (answer.fix_first) write_fix(document, *answer.fix_first, shell_of(report));
  write_machine(document, answer);
  write_comparison(document, report, recommendation, is_long);
  write_install(document, report, answer);
  if (!recommendation.advice.empty()) {
    document.heading(top + 1, text("Know that"));
    for (const CitedSentence& advice : recommendation.advice) document.bullet(cited(advice, report.rules));
  }
  write_runtime(document, report);
  write_findings_summary(document, report, answer);
  if (is_long || recommendation.candidates.size() == 2) {
    write_choosing(document, recommendation);
    write_statistics(document, report);
  }
  if (is_long) write_firmness(document, recommendation);
}

void write_findings_page(Document& document, const Report& report) {
  document.heading(top, text(findings_count(report)));
  document.paragraph(text(capital(states_text(report.facts)) + "."));
  markdown::write_findings(document, report, top + 1);
}

void write_proofs(Document& document, const Report& report) {
  document.heading(top, text("Proof by running something on every accelerator"));
  std::vector<std::vector<Inline>> rows;
  for (const std::string& id : report.scope.platforms)
    if (const Platform* platform = report.facts.platform(id))
      for (std::size_t n = 0; n < platform->devices.size(); ++n) {
        const Device& device = platform->devices[n];
        rows.push_back({text(platform_name(id)), text(fmt::format("{} {}", n, device_line(device))),
                        text(spaced(name_of(device.state))), text(device.because)});
      }
  document.table({{text("Platform")}, {text("Device")}, {text("State")}, {text("Because")}}, rows);
  if (report.diagnosis.findings.empty()) return;
  markdown::write_findings(document, report, top + 1);
}

}  // namespace

/// The format "markdown" of formats.cpp.
std::string markdown_report(const Report& report, const TextStyle& style) {
  Document document;
  switch (report.scope.part) {
    case Scope::Part::recommendation:
      write_recommendation(document, report, style.verbose);
      break;
    case Scope::Part::machine:
      document.heading(top, text("This machine"));
      document.paragraph(text(as_sentence(machine_line(report.facts.host))));
      write_platforms(document, report, top + 1, report.scope.only);
      break;
    case Scope::Part::findings:
      write_findings_page(document, report);
      break;
    case Scope::Part::proofs:
      write_proofs(document, report);
      break;
  }
  write_footer(document, report);
  return document.take();
}

}  // namespace rigfit
