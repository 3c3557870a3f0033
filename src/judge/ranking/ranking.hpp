#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "judge/ranking/fraction.hpp"

namespace rigfit {

/// What is ranked: one row of whole scores 0–100 per option, a column per factor, and whole priority points per factor.
struct Table {
  std::vector<std::string> options;
  std::vector<std::string> factors;
  std::vector<std::vector<int>> scores;      ///< [option][factor]; of a score that is an interval the lower end
  std::vector<int> points;                   ///< [factor], >= 0, at most 1,000,000; all zero counts as all equal
  std::vector<std::vector<int>> highs = {};  ///< the upper ends; empty where every score is settled
};

/// One option's place.
struct Place {
  std::size_t option = 0;
  std::int64_t total = 0;                   ///< sum of points × score: exact
  std::int64_t total_high = 0;              ///< the same of the upper ends
  std::vector<std::int64_t> contributions;  ///< points × score per factor; they add up to `total`
  int rank = 1;                             ///< equal totals share a rank
  int wins = 0;                             ///< factors won
};

/// Winner of one factor: none when the best two are within the margin.
struct FactorResult {
  std::optional<std::size_t> winner;
  std::vector<std::size_t> tied;  ///< the options within the margin of the best, when there is no winner
};

/// At which weight of one factor the first place changes hands, the other weights keeping their proportions.
struct Flip {
  std::size_t factor = 0;
  Fraction weight_now;
  struct Threshold {
    Fraction weight;  ///< exact weight (0–1) at which leader and rival tie
    std::size_t rival = 0;
    double points =
        0;  ///< the same as points of this factor beside the others' points as they stand; infinite at weight 1
  };
  std::optional<Threshold> below, above;  ///< nearest on either side; both empty: never
};

/// How far the leader's score on one factor may fall before a rival catches up.
struct BreakEven {
  std::size_t factor = 0;
  int score_now = 0;
  std::optional<Fraction> score;  ///< where the two tie; empty: the first place does not hang on this score
};

/// The fewest points to move between factors for the rival to catch up (decision theory's L1 optimum).
struct NearestChange {
  std::size_t rival = 0;
  Fraction moved;  ///< share of all weight
  struct Move {
    std::size_t from = 0, to = 0;
    Fraction share;
  };
  std::vector<Move> moves;
};

struct Ranking {
  Table table;
  std::int64_t points_total = 0;  ///< the shown score is total / points_total
  std::vector<Place> places;      ///< best first; ties in the order of the tie-break (see `rank_options`)
  std::vector<FactorResult> by_factor;
  int tied_factors = 0;
  bool first_is_tied = false;  ///< the first two totals are equal
  bool too_close = false;      ///< the lead is under `close_margin` points of 100
  bool certain = true;         ///< whatever the intervals hold, no other total passes the first
  std::vector<Flip> flips;     ///< of the leader
  std::vector<BreakEven> break_evens;
  std::optional<NearestChange> nearest;  ///< empty: the leader dominates, or there is one option
  std::vector<Fraction> first_share;     ///< per option: share of all priorities under which it is first
  bool share_is_exact = false;           ///< two options: 4.4 of the method; else counted on a grid
};

inline constexpr int tie_margin = 5;    ///< points of 100 within which a factor is a tie
inline constexpr int close_margin = 3;  ///< points of 100 under which the whole is too close to call

/// Ranks by exact integers. Ties of the total are broken by the score on the factor with the most points, and so on,
/// then by name, which is arbitrary: `rank` still says that they are equal.
Ranking rank_options(Table table);

/// Only `table`, `points_total` and `places` of the same: for the many runs of a what-if.
Ranking place_options(Table table);

}  // namespace rigfit
