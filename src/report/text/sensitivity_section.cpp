#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

std::string name_of(const Recommendation& recommendation, const std::string& id) {
  const Candidate* candidate = recommendation.candidate(id);
  return candidate ? candidate->rule->name : id;
}

std::string option_name(const Recommendation& recommendation, std::size_t option) {
  return name_of(recommendation, recommendation.ranking.table.options[option]);
}

std::string factor_name(const Recommendation& recommendation, std::size_t k) {
  const std::string& id = recommendation.ranking.table.factors[k];
  const Factor* factor = recommendation.factor(id);
  return factor ? factor->name : id;
}

std::string points_text(double points) {
  return points < 1000 ? fmt::format("{:.1f}", points) : fmt::format("{:.0f}", points);
}

/// "PyTorch", "PyTorch and JAX (a tie)", "none".
std::string first_text(const Recommendation& recommendation, const std::vector<std::string>& ids) {
  std::vector<std::string> names;
  for (const std::string& id : ids) names.push_back(name_of(recommendation, id));
  return names.empty() ? "none" : names.size() == 1 ? names.front() : listed(names) + " (a tie)";
}

void write_unknown(Page& page, const Recommendation& recommendation, const Unknown& unknown) {
  page.bullet(fmt::format("{}: {}; {}: {}.", capital(unknown.expected.words),
                          first_text(recommendation, unknown.expected.first), unknown.otherwise.words,
                          first_text(recommendation, unknown.otherwise.first)),
              4);
  const std::string because = unknown.because.empty() ? "" : fmt::format("Unknown: {}. ", unknown.because);
  page.paragraph(because + "To find out, " + as_sentence(unknown.find_out), 6, 0, Tint::faint);
}

/// What is not known about this machine, and whether it matters.
void write_scenarios(Page& page, const Recommendation& recommendation) {
  const Scenarios& scenarios = recommendation.scenarios;
  if (scenarios.outcomes.empty() || scenarios.unknowns.empty()) return;
  const std::string leader = first_text(recommendation, scenarios.unknowns.front().expected.first);
  std::size_t count = 0;
  for (const auto& outcome : scenarios.outcomes)
    if (outcome.first == scenarios.unknowns.front().expected.first) count = outcome.count;
  const std::string cases =
      scenarios.unknowns.size() == 1 ? "1 unknown fact" : fmt::format("{} unknown facts", scenarios.unknowns.size());
  if (scenarios.confidence == "settled") {
    page.paragraph(fmt::format("{} stays first whatever the {} turn{} out to be (all {} cases were tried).", leader,
                               scenarios.unknowns.size() == 1 ? "unknown fact" : cases,
                               scenarios.unknowns.size() == 1 ? "s" : "", scenarios.runs),
                   2);
    return;
  }
  page.paragraph(fmt::format("{}: {} in {} of {} cases of {}.", capital(scenarios.confidence), leader, count,
                             scenarios.runs, cases),
                 2, 0, Tint::doubtful);
  for (const Unknown& unknown : scenarios.unknowns)
    if (unknown.decides() || page.verbose()) write_unknown(page, recommendation, unknown);
  if (std::none_of(scenarios.unknowns.begin(), scenarios.unknowns.end(), [](const Unknown& u) { return u.decides(); }))
    page.paragraph("No single one of them decides, several together do.", 4);
  if (scenarios.left_out > 0)
    page.paragraph(fmt::format("{} more were taken to be as expected.", scenarios.left_out), 4);
}

/// One side of a factor's thresholds; empty when it is reached by no points: all of the weight, or none of it.
std::string threshold_text(const Page& page, const Recommendation& recommendation, const Flip::Threshold& threshold,
                           const char* side) {
  if (!std::isfinite(threshold.points) || threshold.points <= 0) return "";
  const std::string weight =
      page.verbose() ? fmt::format(" (weight {})", fraction_text(threshold.weight)) : std::string();
  return fmt::format("{} {} {}{}", option_name(recommendation, threshold.rival), side, points_text(threshold.points),
                     weight);
}

void write_flips(Page& page, const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> never;
  for (const Flip& flip : ranking.flips) {
    std::vector<std::string> sides;
    for (const auto& [side, word] : {std::pair{flip.below, "below"}, {flip.above, "above"}})
      if (side)
        if (const std::string text = threshold_text(page, recommendation, *side, word); !text.empty())
          sides.push_back(text);
    const std::string name = factor_name(recommendation, flip.factor);
    if (sides.empty())
      never.push_back(name);
    else
      rows.push_back({{name}, {fmt::format("now {}", ranking.table.points[flip.factor])}, {listed(sides)}});
  }
  if (!rows.empty()) {
    page.paragraph("One priority changed alone, in points; first would be:", 2);
    page.table({{}, {true, false}, {false, true}}, rows, 4);
  }
  if (!never.empty())
    page.paragraph(fmt::format("{} alone: no number of points changes the first place.", listed(never)),
                   rows.empty() ? 2 : 4);
}

std::string nearest_text(const Recommendation& recommendation) {
  const NearestChange& nearest = *recommendation.ranking.nearest;
  const double total = static_cast<double>(recommendation.ranking.points_total);
  std::vector<std::string> moves;
  for (const auto& move : nearest.moves)
    moves.push_back(fmt::format("{} points from {} to {}", points_text(move.share.value() * total),
                                factor_name(recommendation, move.from), factor_name(recommendation, move.to)));
  const std::string rival = option_name(recommendation, nearest.rival);
  if (moves.empty()) return fmt::format("{} has the same total already.", rival);
  return fmt::format("Smallest change: {} catches up when you move {} (of {}).", rival, listed(moves),
                     recommendation.ranking.points_total);
}

/// How low a score of the leader may fall. In short only that of the hardware, which is a measurement.
void write_break_even(Page& page, const Recommendation& recommendation, const std::string& leader) {
  for (const BreakEven& even : recommendation.ranking.break_evens) {
    const Factor* factor = recommendation.factor(recommendation.ranking.table.factors[even.factor]);
    if (!factor || (!page.verbose() && !factor->from_probes)) continue;
    if (even.score && even.score->numerator > 0)
      page.paragraph(fmt::format("{} stays first while its {} is above {:.1f} (now {}).", leader, factor->name,
                                 even.score->value(), even.score_now),
                     2);
    else if (page.verbose())
      page.paragraph(fmt::format("{} stays first whatever its {} is.", leader, factor->name), 2);
  }
}

}  // namespace

void write_sensitivity(Page& page, const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  if (ranking.places.empty()) return;
  if (ranking.places.size() < 2 && recommendation.scenarios.unknowns.empty()) return;
  page.heading("How firm that is");
  write_scenarios(page, recommendation);
  if (ranking.places.size() < 2) return;
  const std::string leader = option_name(recommendation, ranking.places.front().option);
  if (!ranking.nearest) {
    page.paragraph(fmt::format("No priorities put another first: {} is at least as good in every factor.", leader), 2);
    return;
  }
  if (ranking.first_is_tied) {
    page.paragraph(nearest_text(recommendation), 2);
    return;
  }
  write_flips(page, recommendation);
  page.paragraph(nearest_text(recommendation), 2);
  write_break_even(page, recommendation, leader);
}

}  // namespace rigfit
