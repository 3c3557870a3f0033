#include "judge/ranking/ranking.hpp"

#include <algorithm>
#include <numeric>

#include "judge/ranking/sensitivity.hpp"

namespace rigfit {
namespace {

std::vector<Place> place_all(const Table& table) {
  std::vector<std::size_t> by_weight(table.factors.size());
  std::iota(by_weight.begin(), by_weight.end(), 0);
  std::stable_sort(by_weight.begin(), by_weight.end(),
                   [&](std::size_t a, std::size_t b) { return table.points[a] > table.points[b]; });

  std::vector<Place> places;
  for (std::size_t i = 0; i < table.options.size(); ++i) {
    Place place;
    place.option = i;
    for (std::size_t k = 0; k < table.factors.size(); ++k) {
      place.contributions.push_back(std::int64_t{table.points[k]} * table.scores[i][k]);
      place.total += place.contributions.back();
      place.total_high += std::int64_t{table.points[k]} * (table.highs.empty() ? table.scores : table.highs)[i][k];
    }
    places.push_back(std::move(place));
  }
  std::sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    if (a.total != b.total) return a.total > b.total;
    for (const std::size_t k : by_weight)
      if (table.scores[a.option][k] != table.scores[b.option][k])
        return table.scores[a.option][k] > table.scores[b.option][k];
    return table.options[a.option] < table.options[b.option];
  });
  for (std::size_t n = 0; n < places.size(); ++n)
    places[n].rank = n > 0 && places[n].total == places[n - 1].total ? places[n - 1].rank : static_cast<int>(n) + 1;
  return places;
}

FactorResult judge_factor(const Table& table, std::size_t factor) {
  int best = -1;
  for (const auto& row : table.scores) best = std::max(best, row[factor]);
  FactorResult result;
  for (std::size_t i = 0; i < table.options.size(); ++i)
    if (best - table.scores[i][factor] <= tie_margin) result.tied.push_back(i);
  if (result.tied.size() == 1) {
    result.winner = result.tied.front();
    result.tied.clear();
  }
  return result;
}

}  // namespace

Ranking place_options(Table table) {
  Ranking ranking;
  if (std::all_of(table.points.begin(), table.points.end(), [](int points) { return points == 0; }))
    std::fill(table.points.begin(), table.points.end(), 1);
  ranking.points_total = std::accumulate(table.points.begin(), table.points.end(), std::int64_t{0});
  ranking.places = place_all(table);
  ranking.table = std::move(table);
  return ranking;
}

Ranking rank_options(Table asked) {
  Ranking ranking = place_options(std::move(asked));
  const Table& table = ranking.table;
  for (std::size_t k = 0; k < table.factors.size() && !table.options.empty(); ++k) {
    FactorResult result = judge_factor(table, k);
    if (!result.winner) ++ranking.tied_factors;
    for (Place& place : ranking.places)
      if (result.winner == place.option) ++place.wins;
    ranking.by_factor.push_back(std::move(result));
  }
  if (ranking.places.size() > 1) {
    const std::int64_t lead = ranking.places[0].total - ranking.places[1].total;
    ranking.first_is_tied = lead == 0;
    ranking.too_close = lead < close_margin * ranking.points_total;
    for (std::size_t n = 1; n < ranking.places.size(); ++n)
      if (ranking.places[n].total_high >= ranking.places[0].total) ranking.certain = false;
    const std::size_t leader = ranking.places[0].option;
    for (std::size_t k = 0; k < table.factors.size(); ++k) {
      ranking.flips.push_back(find_flip(table, leader, k, ranking.points_total));
      ranking.break_evens.push_back(break_even(table, leader, k, lead));
    }
    ranking.nearest = nearest_change(table, leader, ranking.points_total);
  }
  ranking.first_share = exact_first_shares(table);
  ranking.share_is_exact = !ranking.first_share.empty();
  if (!ranking.share_is_exact) ranking.first_share = counted_first_shares(table);
  return ranking;
}

}  // namespace rigfit
