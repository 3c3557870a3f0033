#include "judge/ranking/sensitivity.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

namespace rigfit {
namespace {

/// How two options differ: d[k] = leader's score − rival's, and the lead in points × score.
struct Duel {
  std::vector<int> d;
  std::int64_t lead = 0;
};

std::int64_t sum(const std::vector<int>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0});
}

Duel duel(const Table& table, std::size_t leader, std::size_t rival) {
  Duel duel;
  for (std::size_t k = 0; k < table.factors.size(); ++k) {
    duel.d.push_back(table.scores[leader][k] - table.scores[rival][k]);
    duel.lead += std::int64_t{table.points[k]} * duel.d[k];
  }
  return duel;
}

/// The weight of factor k at which leader and rival tie, the others keeping their proportions: t = r / (r − d_k) with r
/// the rest's mean difference. Empty when there is none between 0 and 1.
std::optional<Fraction> tie_weight(const Table& table, const Duel& duel, std::size_t k, std::int64_t points_total) {
  std::int64_t rest = points_total - table.points[k], rest_lead = duel.lead - std::int64_t{table.points[k]} * duel.d[k];
  if (rest == 0) {  // nothing else counts: the others share equally what this factor gives up
    rest = static_cast<std::int64_t>(table.factors.size()) - 1;
    rest_lead = sum(duel.d) - duel.d[k];
  }
  const std::int64_t denominator = rest_lead - rest * duel.d[k];
  if (denominator == 0) return std::nullopt;
  const Fraction t = Fraction::of(rest_lead, denominator);
  if (t < Fraction{0, 1} || t > Fraction{1, 1}) return std::nullopt;
  return t;
}

/// Moves points from the factors where the leader is furthest ahead to the one where the rival is: the optimum of the
/// linear programme for the L1 distance.
std::optional<NearestChange> change_for(const Table& table, std::size_t leader, std::size_t rival,
                                        std::int64_t points_total) {
  const Duel pair = duel(table, leader, rival);
  NearestChange change;
  change.rival = rival;
  if (pair.lead == 0) return change;
  const auto low = static_cast<std::size_t>(std::min_element(pair.d.begin(), pair.d.end()) - pair.d.begin());
  if (pair.d[low] >= 0) return std::nullopt;
  std::vector<std::size_t> donors(table.factors.size());
  std::iota(donors.begin(), donors.end(), 0);
  std::stable_sort(donors.begin(), donors.end(), [&](std::size_t a, std::size_t b) { return pair.d[a] > pair.d[b]; });
  std::int64_t missing = pair.lead;
  for (const std::size_t donor : donors) {
    const std::int64_t gain = pair.d[donor] - pair.d[low];
    if (missing == 0 || gain == 0) break;
    if (table.points[donor] == 0) continue;
    const bool enough = gain * table.points[donor] >= missing;
    const Fraction share = enough ? Fraction::of(missing, gain) : Fraction::of(table.points[donor], 1);
    missing = enough ? 0 : missing - gain * table.points[donor];
    const Fraction of_all = share * Fraction::of(1, points_total);
    change.moves.push_back({donor, low, of_all});
    change.moved = change.moved + of_all;
  }
  return change;
}

/// Share of all priorities under which each option is first: all splits of `steps` among the factors, each taken at the
/// middle of its cell (weights 2n+1), so that no random numbers are needed. Ties are split.
class Grid {
 public:
  explicit Grid(const Table& table) : table_(table), first_(table.options.size()) {}

  std::vector<Fraction> count(int steps) {
    if (table_.factors.empty() || table_.options.empty()) return {};
    // 10,626 weightings of 20 steps for five factors, 53,130 for six; more factors take coarser cells to stay as quick.
    const int factors = static_cast<int>(table_.factors.size());
    split(0, factors <= 6 ? steps : std::max(2, steps * 5 / (factors * 2)),
          std::vector<std::int64_t>(table_.options.size(), 0));
    std::vector<Fraction> shares;
    for (const auto& by_tie : first_) {
      Fraction share;
      for (const auto& [options, count] : by_tie)
        share = share + Fraction::of(count, weightings_ * static_cast<std::int64_t>(options));
      shares.push_back(share);
    }
    return shares;
  }

 private:
  void split(std::size_t factor, int left, const std::vector<std::int64_t>& totals) {
    const bool is_last = factor + 1 == table_.factors.size();
    std::vector<std::int64_t> next(totals.size());
    for (int n = is_last ? left : 0; n <= left; ++n) {
      for (std::size_t i = 0; i < totals.size(); ++i)
        next[i] = totals[i] + (2 * std::int64_t{n} + 1) * table_.scores[i][factor];
      if (is_last)
        score(next);
      else
        split(factor + 1, left - n, next);
    }
  }

  void score(const std::vector<std::int64_t>& totals) {
    ++weightings_;
    const std::int64_t best = *std::max_element(totals.begin(), totals.end());
    const auto tied = static_cast<std::size_t>(std::count(totals.begin(), totals.end(), best));
    for (std::size_t i = 0; i < totals.size(); ++i)
      if (totals[i] == best) ++first_[i][tied];
  }

  const Table& table_;
  std::int64_t weightings_ = 0;
  std::vector<std::map<std::size_t, std::int64_t>> first_;  ///< per option: how often first, by how many were
};

}  // namespace

Flip find_flip(const Table& table, std::size_t leader, std::size_t k, std::int64_t points_total) {
  Flip flip;
  flip.factor = k;
  flip.weight_now = Fraction::of(table.points[k], points_total);
  const double others = static_cast<double>(points_total - table.points[k]);
  for (std::size_t rival = 0; rival < table.options.size(); ++rival) {
    if (rival == leader) continue;
    const Duel pair = duel(table, leader, rival);
    const std::optional<Fraction> t = tie_weight(table, pair, k, points_total);
    if (!t) continue;
    Flip::Threshold threshold{*t, rival, std::numeric_limits<double>::infinity()};
    if (others > 0 && *t < Fraction{1, 1}) threshold.points = t->value() * others / (1 - t->value());
    // A rival that ties already gains on the side where the leader's advantage on this factor shrinks.
    const bool is_above = *t == flip.weight_now ? pair.d[k] < 0 : *t > flip.weight_now;
    std::optional<Flip::Threshold>& side = is_above ? flip.above : flip.below;
    if (!side || (is_above ? *t < side->weight : *t > side->weight)) side = threshold;
  }
  return flip;
}

BreakEven break_even(const Table& table, std::size_t leader, std::size_t k, std::int64_t lead) {
  BreakEven result;
  result.factor = k;
  result.score_now = table.scores[leader][k];
  if (table.points[k] == 0) return result;
  const Fraction score = Fraction{result.score_now, 1} - Fraction::of(lead, table.points[k]);
  if (score >= Fraction{0, 1}) result.score = score;
  return result;
}

std::optional<NearestChange> nearest_change(const Table& table, std::size_t leader, std::int64_t points_total) {
  std::optional<NearestChange> nearest;
  for (std::size_t rival = 0; rival < table.options.size(); ++rival) {
    if (rival == leader) continue;
    auto change = change_for(table, leader, rival, points_total);
    if (change && (!nearest || change->moved < nearest->moved)) nearest = std::move(change);
  }
  return nearest;
}

// With y = −d for the factors that favour the option and x = −d for the others, the share follows from a recurrence
// over divided differences (Ali 1973, Varsi 1973). Every step divides by some x − y, so over the product of them all
// the whole recurrence is in integers, and its result the same on every machine.
std::optional<Fraction> pairwise_share(const std::vector<int>& d) {
  __extension__ typedef __int128 Wide;
  std::vector<int> xs, ys;
  for (const int difference : d) (difference > 0 ? ys : xs).push_back(-difference);
  Wide whole = 1;
  for (const int x : xs)
    for (const int y : ys) {
      if (whole > (Wide{1} << 110) / (x - y)) return std::nullopt;  // a factor of at most 100 has to fit beside it
      whole *= x - y;
    }
  std::vector<Wide> share(ys.size() + 1, whole);
  share[0] = 0;
  for (const int x : xs)
    for (std::size_t j = 1; j < share.size(); ++j)
      share[j] = (x * share[j - 1] - ys[j - 1] * share[j]) / (x - ys[j - 1]);
  Wide a = share.back(), b = whole;
  while (b != 0) std::swap(a %= b, b);
  const Wide numerator = share.back() / a, denominator = whole / a;
  if (denominator > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return Fraction{static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator)};
}

std::vector<Fraction> exact_first_shares(const Table& table) {
  if (table.options.size() != 2) return {};
  const Duel pair = duel(table, 0, 1);
  if (std::all_of(pair.d.begin(), pair.d.end(), [](int difference) { return difference == 0; }))
    return {Fraction{1, 2}, Fraction{1, 2}};
  const std::optional<Fraction> share = pairwise_share(pair.d);
  if (!share) return {};
  return {*share, Fraction{1, 1} - *share};
}

std::vector<Fraction> counted_first_shares(const Table& table, int steps) {
  // The weights of the grid are all above zero, so what another option dominates is never first, and need not be
  // counted.
  const auto dominates = [](const std::vector<int>& a, const std::vector<int>& b) {
    return a != b && std::equal(a.begin(), a.end(), b.begin(), std::greater_equal<>());
  };
  Table contenders = table;
  contenders.options.clear(), contenders.scores.clear();
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < table.options.size(); ++i) {
    if (std::any_of(table.scores.begin(), table.scores.end(),
                    [&](const auto& other) { return dominates(other, table.scores[i]); }))
      continue;
    places.push_back(i);
    contenders.options.push_back(table.options[i]);
    contenders.scores.push_back(table.scores[i]);
  }
  const std::vector<Fraction> counted =
      places.size() == 1 ? std::vector<Fraction>{Fraction{1, 1}} : Grid(contenders).count(steps);
  std::vector<Fraction> shares(counted.empty() ? 0 : table.options.size());
  for (std::size_t n = 0; n < counted.size(); ++n) shares[places[n]] = counted[n];
  return shares;
}

}  // namespace rigfit
