#include <fmt/format.h>

#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

/// A line a runtime: its place, its total, and what it means on this machine.
void write_places(Page& page, const Recommendation& runtime) {
  std::vector<std::vector<Cell>> rows;
  for (const Place& place : runtime.ranking.places) {
    const Candidate& candidate = *runtime.candidate(runtime.ranking.table.options[place.option]);
    rows.push_back({{fmt::format("{}", place.rank)},
                    {candidate.rule->name, place.rank == 1 ? Tint::strong : Tint::plain},
                    {decimal_text(place.total, runtime.ranking.points_total)},
                    {as_sentence(candidate.support.sentence), Tint::faint}});
  }
  page.table({{true, false}, {}, {true, false}, {false, true}}, rows, 2);
  for (const auto* others : {&runtime.behind, &runtime.removed})
    for (const std::size_t index : *others) {
      const Candidate& candidate = runtime.candidates[index];
      const std::string& why = candidate.unmet.empty() ? candidate.inadequate_because : candidate.unmet.front().because;
      page.paragraph(fmt::format("-  {}: {}", candidate.rule->name, as_sentence(why)), 2, 3, Tint::faint);
    }
}

}  // namespace

void write_runtime(Page& page, const Report& report) {
  if (!report.runtime) return;
  const Recommendation& runtime = *report.runtime;
  const Profile* profile = report.rules.profile(report.profile);
  page.heading("Runtime: " + first_text(runtime));
  if (profile && profile->runtimes) page.paragraph(as_sentence(profile->runtimes->about), 2);
  page.blank();
  write_places(page, runtime);
  page.blank();
  write_choice(page, runtime, 1);  // the first reason stands in the table
  write_advice(page, runtime);
  if (!page.verbose()) return;
  write_comparison(page, report, runtime);
  write_support(page, runtime);
  write_sensitivity(page, runtime);
}

}  // namespace rigfit
