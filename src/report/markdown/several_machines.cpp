#include <fmt/format.h>

#include "analysis/version.hpp"
#include "report/formats.hpp"
#include "report/markdown/markdown_text.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using namespace markdown;

using Machines = std::vector<NamedAnalysis>;

std::string framework_name(const Machines& machines, const std::string& id) {
  const Candidate* candidate = machines.front().analysis.recommendation->candidate(id);
  return candidate ? candidate->rule->name : id;
}

std::string framework_names(const Machines& machines, const std::vector<std::string>& ids) {
  std::vector<std::string> names;
  for (const std::string& id : ids) names.push_back(framework_name(machines, id));
  return names.empty() ? "none" : listed(names);
}

std::string tenths(const Fraction& number) { return fmt::format("{:.1f}", number.value()); }

std::string title_of(const Machines& machines, const CommonChoice& choice) {
  if (!choice.found) return fmt::format("No framework fits all {} machines", machines.size());
  const std::string first = framework_name(machines, choice.rows.front().framework);
  return choice.is_tied ? fmt::format("{} and {} fit these {} machines equally well", first,
                                      framework_name(machines, choice.rows[1].framework), machines.size())
                        : fmt::format("{} fits these {} machines best", first, machines.size());
}

void write_table(Document& document, const Machines& machines, const CommonChoice& choice) {
  std::vector<Column> columns{{text("Machine"), false}, {text("Best there"), false}};
  for (const CommonChoice::Row& row : choice.rows)
    columns.push_back({text(framework_name(machines, row.framework)), true});
  std::vector<std::vector<Inline>> rows;
  for (std::size_t m = 0; m < machines.size(); ++m) {
    rows.push_back({text(machines[m].name), text(framework_names(machines, choice.best_of[m]))});
    for (const CommonChoice::Row& row : choice.rows)
      rows.back().push_back(text(row.seats[m].possible ? tenths(row.seats[m].score) : "none"));
  }
  rows.push_back({text("Largest loss"), {}});
  for (const CommonChoice::Row& row : choice.rows)
    rows.back().push_back(text(row.possible == machines.size() ? tenths(row.largest_loss) : ""));
  document.table(columns, rows);
}

}  // namespace

/// One framework for several machines, in the format "markdown".
std::string markdown_choice(const Machines& machines, const CommonChoice& choice, const TextStyle&) {
  Document document;
  if (choice.rows.empty()) return "";
  document.heading(2, text(title_of(machines, choice)));
  write_table(document, machines, choice);
  document.paragraph(text("Scores of 100, with the same priorities everywhere; none where it is no choice."));
  const CommonChoice::Row& first = choice.rows.front();
  for (std::size_t m = 0; m < machines.size(); ++m)
    if (!first.seats[m].possible)
      document.bullet(strong(machines[m].name) + text(": no choice. ") + text(as_sentence(first.seats[m].because_not)));
    else if (first.seats[m].loss != Fraction{0, 1})
      document.bullet(strong(machines[m].name) +
                      text(fmt::format(": loses {} points to {}.", tenths(first.seats[m].loss),
                                       framework_names(machines, choice.best_of[m]))));
  document.paragraph(
      text(fmt::format("From rigfit {} with rules as of {}.", tool_version(), machines.front().analysis.rules->as_of)));
  return document.take();
}

}  // namespace rigfit
