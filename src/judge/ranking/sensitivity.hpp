#pragma once

#include "judge/ranking/ranking.hpp"

namespace rigfit {

// What it would take for another option to be first: exact, on integer scores and points. `leader` and `k` are indices
// of `table`, whose points are not all zero; `points_total` is their sum.

Flip find_flip(const Table& table, std::size_t leader, std::size_t k, std::int64_t points_total);

/// `lead`: total of the leader − total of the next.
BreakEven break_even(const Table& table, std::size_t leader, std::size_t k, std::int64_t lead);

/// Over all rivals the one that takes the fewest points; none when the leader is at least as good in every factor.
std::optional<NearestChange> nearest_change(const Table& table, std::size_t leader, std::int64_t points_total);

/// Share of all weightings (uniform on the simplex) in which the option with score differences `d` is ahead: exact.
/// Empty when its denominator takes more than 63 bits; up to five factors always fit.
std::optional<Fraction> pairwise_share(const std::vector<int>& d);

/// The share of each of two options by `pairwise_share`; empty for another number of options.
std::vector<Fraction> exact_first_shares(const Table& table);

/// The share of each option, counted on a grid of weightings: no random numbers, the same everywhere. `steps`: into how
/// many parts all weight is split.
std::vector<Fraction> counted_first_shares(const Table& table, int steps = 20);

}  // namespace rigfit
