#include "report/comparison/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using Standing = Comparison::Standing;

std::size_t index_of(const Recommendation& recommendation, const std::string& id) {
  const auto& all = recommendation.candidates;
  return static_cast<std::size_t>(
      std::find_if(all.begin(), all.end(), [&](const Candidate& c) { return c.rule->id == id; }) - all.begin());
}

const Place* place_of(const Ranking& ranking, const std::string& id) {
  for (const Place& place : ranking.places)
    if (ranking.table.options[place.option] == id) return &place;
  return nullptr;
}

std::string total_text(const Place& place, const Ranking& ranking) {
  const std::string low = decimal_text(place.total, ranking.points_total);
  return place.total_high == place.total
             ? low
             : fmt::format("{}-{}", low, decimal_text(place.total_high, ranking.points_total));
}

std::string why_not(const Recommendation& recommendation, const Candidate& candidate) {
  for (const Unmet& unmet : candidate.unmet)
    if (unmet.met == Truth::no)
      return fmt::format("It does not meet {}: {}", recommendation.demands[unmet.demand].text,
                         as_sentence(unmet.because));
  return as_sentence(candidate.inadequate_because);
}

std::vector<Comparison::Column> columns_of(const Recommendation& recommendation) {
  std::vector<Comparison::Column> columns;
  const auto add = [&](std::size_t index, Standing standing) {
    const Candidate& candidate = recommendation.candidates[index];
    const Place* ranked = place_of(recommendation.ranking, candidate.rule->id);
    Comparison::Column column{index, standing, ranked && ranked->rank == 1, {}, {}, 0};
    if (standing != Standing::ranked) column.because_not = why_not(recommendation, candidate);
    if (const Place* place = place_of(recommendation.ranking_of_all, candidate.rule->id)) {
      column.total = total_text(*place, recommendation.ranking_of_all);
      column.wins = place->wins;
    }
    columns.push_back(std::move(column));
  };
  for (const Place& place : recommendation.ranking.places)
    add(index_of(recommendation, recommendation.ranking.table.options[place.option]), Standing::ranked);
  for (const std::size_t index : recommendation.behind) add(index, Standing::behind);
  for (const std::size_t index : recommendation.removed) add(index, Standing::removed);
  if (columns.size() == 2 && columns[0].candidate > columns[1].candidate) std::swap(columns[0], columns[1]);
  return columns;
}

std::vector<Comparison::Part> parts_of(const Rating& rating, const Factor& factor) {
  std::vector<Comparison::Part> parts;
  for (const RatingPart& part : rating.parts) {
    if (part.weight == 0) continue;
    const auto named = std::find_if(factor.parts.begin(), factor.parts.end(),
                                    [&](const FactorPart& one) { return one.id == part.id; });
    parts.push_back({named == factor.parts.end() ? part.id : named->name,
                     score_text({part.score, part.high}),
                     part.weight,
                     {as_sentence(part.sentence), part.evidence}});
  }
  if (parts.size() < 2) parts.clear();
  return parts;
}

Comparison::Cell cell_of(const Recommendation& recommendation, const Factor& factor, std::size_t k,
                         std::size_t candidate_index) {
  const Candidate& candidate = recommendation.candidates[candidate_index];
  const Ranking& all = recommendation.ranking_of_all;
  Comparison::Cell cell;
  if (factor.from_probes) {
    // An unsettled hardware score is ranked with its certain part, and shown with both ends.
    cell.score = score_text(candidate.support.after);
    cell.sentence = {as_sentence(candidate.support.sentence), candidate.support.evidence};
  } else if (const auto rating = candidate.ratings.find(factor.id); rating != candidate.ratings.end()) {
    cell.score = score_text(score_of(candidate, factor));  // both ends of one that nobody knows
    cell.sentence = {as_sentence(rating->second.sentence), rating->second.evidence};
    cell.parts = parts_of(rating->second, factor);
  }
  if (k >= all.by_factor.size()) return cell;
  const FactorResult& result = all.by_factor[k];
  if (result.winner == candidate_index)
    cell.mark = Comparison::Mark::wins;
  else if (std::find(result.tied.begin(), result.tied.end(), candidate_index) != result.tied.end())
    cell.mark = Comparison::Mark::ties;
  return cell;
}

std::string name_at(const Recommendation& recommendation, std::size_t option) {
  return recommendation.candidate(recommendation.ranking.table.options[option])->rule->name;
}

std::string points_text(double points) {
  return points < 1000 ? fmt::format("{:.1f}", points) : fmt::format("{:.0f}", points);
}

std::string nearest_text(const Recommendation& recommendation) {
  const NearestChange& nearest = *recommendation.ranking.nearest;
  const auto total = static_cast<double>(recommendation.ranking.points_total);
  std::vector<std::string> moves;
  for (const auto& move : nearest.moves)
    moves.push_back(fmt::format("{} points from {} to {}", points_text(move.share.value() * total),
                                recommendation.factors[move.from].name, recommendation.factors[move.to].name));
  const std::string rival = name_at(recommendation, nearest.rival);
  if (moves.empty()) return fmt::format("{} has the same total.", rival);
  return fmt::format("The smallest change of priorities that matters: {} catches up when you move {} (of {}).", rival,
                     listed(moves), recommendation.ranking.points_total);
}

std::string first_of(const Recommendation& recommendation, const std::vector<std::string>& ids) {
  std::vector<std::string> names;
  for (const std::string& id : ids)
    if (const Candidate* candidate = recommendation.candidate(id)) names.push_back(candidate->rule->name);
  return names.empty() ? "none" : listed(names) + (names.size() > 1 ? " (a tie)" : "");
}

void add_unknowns(const Recommendation& recommendation, std::vector<std::string>& sentences) {
  const Scenarios& scenarios = recommendation.scenarios;
  if (scenarios.unknowns.empty()) return;
  const std::string leader = first_of(recommendation, scenarios.unknowns.front().expected.first);
  const std::string facts =
      scenarios.unknowns.size() == 1 ? "unknown fact" : count_text(scenarios.unknowns.size(), "unknown fact");
  if (scenarios.confidence == "settled") {
    sentences.push_back(fmt::format("{} stays first whatever the {} turn{} out to be.", leader, facts,
                                    scenarios.unknowns.size() == 1 ? "s" : ""));
    return;
  }
  std::size_t count = 0;
  for (const Scenarios::Outcome& outcome : scenarios.outcomes)
    if (outcome.first == scenarios.unknowns.front().expected.first) count = outcome.count;
  sentences.push_back(fmt::format("{} is first in {} of the {} cases that the {} allow{}.", leader, count,
                                  scenarios.runs, facts, scenarios.unknowns.size() == 1 ? "s" : ""));
  for (const Unknown& unknown : scenarios.unknowns) {
    if (!unknown.decides()) continue;
    sentences.push_back(fmt::format(
        "{}: {} {}, {} {}.{} To find out, {}", unknown.subject, first_of(recommendation, unknown.expected.first),
        unknown.expected.words, first_of(recommendation, unknown.otherwise.first), unknown.otherwise.words,
        unknown.because.empty() ? "" : fmt::format(" Unknown: {}.", unknown.because), as_sentence(unknown.find_out)));
  }
}

}  // namespace

Comparison comparison_of(const Recommendation& recommendation) {
  Comparison comparison;
  const Ranking& all = recommendation.ranking_of_all;
  comparison.columns = columns_of(recommendation);
  comparison.ties = all.tied_factors;
  for (std::size_t k = 0; k < all.table.factors.size(); ++k) {
    const Factor* factor = recommendation.factor(all.table.factors[k]);
    if (!factor) continue;
    Comparison::Row row{factor, all.table.points[k], {}};
    for (const Comparison::Column& column : comparison.columns)
      row.cells.push_back(cell_of(recommendation, *factor, k, column.candidate));
    comparison.rows.push_back(std::move(row));
  }
  return comparison;
}

std::vector<Threshold> thresholds_of(const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  std::vector<Threshold> thresholds;
  if (ranking.places.size() < 2 || ranking.first_is_tied) return thresholds;
  for (const Flip& flip : ranking.flips) {
    Threshold threshold{
        recommendation.factor(ranking.table.factors[flip.factor]), ranking.table.points[flip.factor], {}};
    std::vector<std::string> sides;
    for (const auto& [side, word] : {std::pair{flip.below, "below"}, {flip.above, "above"}})
      if (side && std::isfinite(side->points) && side->points > 0)
        sides.push_back(fmt::format("{} {} {}", name_at(recommendation, side->rival), word, points_text(side->points)));
    if (!sides.empty()) threshold.others_first = listed(sides) + " points";
    thresholds.push_back(std::move(threshold));
  }
  return thresholds;
}

std::vector<std::string> firmness_of(const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  std::vector<std::string> sentences;
  if (ranking.places.empty()) return sentences;
  const std::string leader = name_at(recommendation, ranking.places.front().option);
  add_unknowns(recommendation, sentences);
  if (ranking.places.size() < 2) {
    if (recommendation.candidates.size() > 1)
      sentences.push_back(fmt::format("{} alone is ranked; the others cannot be first on this machine.", leader));
  } else if (!ranking.nearest) {
    sentences.push_back(fmt::format(
        "No choice of priorities puts another framework first: {} is at least as good in every factor.", leader));
  } else {
    sentences.push_back(nearest_text(recommendation));
  }
  return sentences;
}

}  // namespace rigfit
