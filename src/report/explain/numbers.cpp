#include <fmt/format.h>

#include <algorithm>

#include "report/explain/explanations.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

/// The list in which a framework stands, the first one before that of the runtimes.
const Recommendation* list_of(const Report& report, const FrameworkRule& framework) {
  for (const auto* list : {&report.recommendation, &report.runtime})
    if (*list && (*list)->candidate(framework.id)) return &**list;
  return nullptr;
}

const Place* place_of(const Ranking& ranking, const std::string& id) {
  const auto it = std::find_if(ranking.places.begin(), ranking.places.end(),
                               [&](const Place& place) { return ranking.table.options[place.option] == id; });
  return it == ranking.places.end() ? nullptr : &*it;
}

/// Points × score of every factor, which add up to the total.
void write_sum(Page& page, const Recommendation& list, const Place& place) {
  const Table& table = list.ranking_of_all.table;
  std::vector<std::vector<Cell>> rows{{{"Factor"}, {"points"}, {"score"}, {"product"}}};
  for (std::size_t k = 0; k < table.factors.size(); ++k)
    rows.push_back({{list.factors[k].name},
                    {fmt::format("{}", table.points[k])},
                    {fmt::format("{}", table.scores[place.option][k])},
                    {fmt::format("{}", place.contributions[k])}});
  const auto total = static_cast<std::int64_t>(list.ranking_of_all.points_total);
  rows.push_back({{"Sum"}, {fmt::format("{}", total)}, {}, {fmt::format("{}", place.total)}});
  page.table({{}, {true, false}, {true, false}, {true, false}}, rows, 4);
  page.paragraph(fmt::format("{} / {} = {} of 100", place.total, total, decimal_text(place.total, total)), 4);
  if (list.priorities_were_zero) page.paragraph("All points are zero, which counts as all equal.", 4);
}

void write_rank(Page& page, const Recommendation& list, const Candidate& candidate) {
  const Ranking& ranking = list.ranking;
  const Place* among_all = place_of(list.ranking_of_all, candidate.rule->id);
  if (among_all)
    page.paragraph(fmt::format("It wins {} of {} factors: a factor is won by more than {} points, else it is a tie.",
                               among_all->wins, list.factors.size(), tie_margin),
                   2);
  const Place* place = place_of(ranking, candidate.rule->id);
  if (!place) {
    const std::string& why = candidate.unmet.empty() ? candidate.inadequate_because : candidate.unmet.front().because;
    page.paragraph(fmt::format("It is not ranked with the others. {}", as_sentence(why)), 2);
    return;
  }
  page.paragraph(fmt::format("Its rank is {} of {}.", place->rank, ranking.places.size()), 2);
  if (place->option < ranking.first_share.size())
    page.paragraph(
        fmt::format("It is first under {} of all priorities ({}, {}).",
                    percent_text(ranking.first_share[place->option]), fraction_text(ranking.first_share[place->option]),
                    ranking.share_is_exact ? "exact" : "counted on an even grid over all of them"),
        2);
}

}  // namespace

void explain_total(Page& page, const Report& report, const FrameworkRule& framework) {
  const Recommendation* list = list_of(report, framework);
  if (!list) {
    page.paragraph(fmt::format("{} is not compared with these priorities: it is a runtime, which the profiles edge and "
                               "local-inference compare (--profile).",
                               framework.name),
                   0);
    return explain_framework(page, report, framework);
  }
  const Candidate& candidate = *list->candidate(framework.id);
  page.paragraph(fmt::format("The total of {}{}", framework.name,
                             report.profile.empty() ? "" : fmt::format(" for \"{}\"", report.profile)),
                 0, 0, Tint::strong);
  page.paragraph("The points of each factor times its score, all added and divided by all points.", 2);
  if (const Place* place = place_of(list->ranking_of_all, framework.id)) write_sum(page, *list, *place);
  write_rank(page, *list, candidate);
  page.heading("Where the scores are from");
  for (const Factor& factor : list->factors) {
    page.paragraph(factor.name, 2, 0, Tint::strong);
    if (factor.from_probes)
      write_hardware(page, report, framework);
    else if (const auto rating = candidate.ratings.find(factor.id); rating != candidate.ratings.end())
      write_rating(page, report, rating->second, &factor);
  }
  write_machine_layers(page, report);
}

}  // namespace rigfit
