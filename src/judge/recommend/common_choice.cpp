#include "judge/recommend/common_choice.hpp"

#include <algorithm>

namespace rigfit {
namespace {

Seat seat_of(const std::string& framework, const Recommendation& machine) {
  Seat seat;
  const Candidate& candidate = *machine.candidate(framework);
  const Ranking& all = machine.ranking_of_all;
  for (const Place& place : all.places)
    if (all.table.options[place.option] == framework) seat.score = Fraction::of(place.total, all.points_total);
  seat.possible = candidate.adequate && !candidate.removed();
  if (!candidate.adequate) seat.because_not = candidate.inadequate_because;
  for (const Unmet& unmet : candidate.unmet)
    if (unmet.met == Truth::no) seat.because_not = unmet.because;
  const Ranking& ranking = machine.ranking;
  if (!ranking.places.empty())
    seat.loss = Fraction::of(ranking.places.front().total, ranking.points_total) - seat.score;
  return seat;
}

bool is_better(const CommonChoice::Row& a, const CommonChoice::Row& b) {
  if (a.possible != b.possible) return a.possible > b.possible;
  if (a.largest_loss != b.largest_loss) return a.largest_loss < b.largest_loss;
  return a.total_loss < b.total_loss;
}

}  // namespace

CommonChoice choose_among(std::vector<CommonChoice::Row> rows, const std::vector<std::size_t>& counts) {
  CommonChoice choice;
  choice.rows = std::move(rows);
  std::size_t machines = 0;
  for (const std::size_t count : counts) machines += count;
  for (CommonChoice::Row& row : choice.rows)
    for (std::size_t m = 0; m < row.seats.size(); ++m) {
      const Seat& seat = row.seats[m];
      if (!seat.possible || counts[m] == 0) continue;
      row.possible += counts[m];
      row.largest_loss = std::max(row.largest_loss, seat.loss);
      row.total_loss = row.total_loss + seat.loss * Fraction::of(static_cast<std::int64_t>(counts[m]), 1);
    }
  std::sort(choice.rows.begin(), choice.rows.end(), [](const auto& a, const auto& b) {
    return is_better(a, b) || (!is_better(b, a) && a.framework < b.framework);
  });
  choice.found = !choice.rows.empty() && choice.rows.front().possible == machines;
  choice.is_tied = choice.rows.size() > 1 && !is_better(choice.rows[0], choice.rows[1]);
  return choice;
}

CommonChoice choose_for_all(const std::vector<const Recommendation*>& machines) {
  if (machines.empty()) return {};
  std::vector<CommonChoice::Row> rows;
  for (const Candidate& candidate : machines.front()->candidates) {
    CommonChoice::Row row;
    row.framework = candidate.rule->id;
    for (const Recommendation* machine : machines) row.seats.push_back(seat_of(row.framework, *machine));
    rows.push_back(std::move(row));
  }
  CommonChoice choice = choose_among(std::move(rows), std::vector<std::size_t>(machines.size(), 1));
  for (const Recommendation* machine : machines) {
    choice.best_of.emplace_back();
    for (const Place& place : machine->ranking.places)
      if (place.rank == 1) choice.best_of.back().push_back(machine->ranking.table.options[place.option]);
  }
  return choice;
}

}  // namespace rigfit
