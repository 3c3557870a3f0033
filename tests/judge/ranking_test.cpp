#include "judge/ranking/ranking.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>

#include "judge/ranking/sensitivity.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;

enum : std::size_t { hardware, ease, ecosystem, deploy, performance };
enum : std::size_t { a, b, c };

Table worked_example() {
  return {{"A", "B", "C"},
          {"hardware", "ease", "ecosystem", "deploy", "performance"},
          {{90, 85, 95, 70, 80}, {60, 70, 80, 95, 75}, {75, 55, 60, 60, 95}},
          {30, 20, 20, 20, 10}};
}

std::vector<std::string> order(const Ranking& ranking) {
  std::vector<std::string> names;
  for (const Place& place : ranking.places) names.push_back(ranking.table.options[place.option]);
  return names;
}

TEST(Ranking, TotalsOfTheWorkedExampleAreExact) {
  const Ranking ranking = rank_options(worked_example());
  EXPECT_THAT(order(ranking), ElementsAre("A", "B", "C"));
  EXPECT_EQ(ranking.points_total, 100);
  EXPECT_EQ(ranking.places[0].total, 8500);
  EXPECT_EQ(ranking.places[1].total, 7450);
  EXPECT_EQ(ranking.places[2].total, 6700);
  EXPECT_FALSE(ranking.first_is_tied);
  EXPECT_FALSE(ranking.too_close);
}

TEST(Ranking, OtherPrioritiesPastTheThresholdChangeTheWinner) {
  Table table = worked_example();
  table.points = {15, 15, 15, 45, 10};
  const Ranking ranking = rank_options(table);
  EXPECT_THAT(order(ranking), ElementsAre("B", "A", "C"));
  EXPECT_EQ(ranking.places[0].total, 8175);
  EXPECT_EQ(ranking.places[1].total, 8000);
  EXPECT_TRUE(ranking.too_close);
}

TEST(Ranking, FlipWeightsOfTheWorkedExample) {
  const Ranking ranking = rank_options(worked_example());
  for (const std::size_t k : {hardware, ease, ecosystem}) {
    EXPECT_FALSE(ranking.flips[k].above) << k;
    EXPECT_FALSE(ranking.flips[k].below) << k;
  }
  ASSERT_TRUE(ranking.flips[deploy].above);
  EXPECT_EQ(ranking.flips[deploy].above->weight, (Fraction{31, 71}));
  EXPECT_EQ(ranking.flips[deploy].above->rival, b);
  EXPECT_NEAR(ranking.flips[deploy].above->points, 62.0, 1e-9);  // 62 of 80 + 62 is 31/71
  EXPECT_FALSE(ranking.flips[deploy].below);
  ASSERT_TRUE(ranking.flips[performance].above);
  EXPECT_EQ(ranking.flips[performance].above->weight, (Fraction{13, 22}));
  EXPECT_EQ(ranking.flips[performance].above->rival, c);
}

TEST(Ranking, NearestChangeOfTheWorkedExample) {
  Ranking ranking = rank_options(worked_example());
  ASSERT_TRUE(ranking.nearest);
  EXPECT_EQ(ranking.nearest->rival, b);
  EXPECT_EQ(ranking.nearest->moved, (Fraction{21, 110}));
  ASSERT_EQ(ranking.nearest->moves.size(), 1u);
  EXPECT_EQ(ranking.nearest->moves[0].from, hardware);
  EXPECT_EQ(ranking.nearest->moves[0].to, deploy);

  Table without_b = worked_example();
  without_b.options.erase(without_b.options.begin() + b);
  without_b.scores.erase(without_b.scores.begin() + b);
  ranking = rank_options(without_b);
  ASSERT_TRUE(ranking.nearest);
  EXPECT_EQ(ranking.nearest->moved, (Fraction{17, 45}));
  ASSERT_EQ(ranking.nearest->moves.size(), 2u);
  EXPECT_EQ(ranking.nearest->moves[0].from, ecosystem);
  EXPECT_EQ(ranking.nearest->moves[0].share, (Fraction{1, 5}));
  EXPECT_EQ(ranking.nearest->moves[1].from, ease);
  EXPECT_EQ(ranking.nearest->moves[1].share, (Fraction{8, 45}));
}

TEST(Ranking, ShareOfAllPrioritiesOfTheWorkedExample) {
  const Ranking ranking = rank_options(worked_example());
  // 8754, 1516 and 294 of 10,626 alone, and 62 tied, split between those that tie.
  ASSERT_EQ(ranking.first_share.size(), 3u);
  EXPECT_NEAR(ranking.first_share[a].value(), 0.8267, 5e-5);
  EXPECT_NEAR(ranking.first_share[b].value(), 0.1456, 5e-5);
  EXPECT_NEAR(ranking.first_share[c].value(), 0.0277, 5e-5);
  EXPECT_EQ(ranking.first_share[a] + ranking.first_share[b] + ranking.first_share[c], (Fraction{1, 1}));
}

TEST(CountedShares, ReferenceGridsOfTheWorkedExample) {
  struct Grid {
    int steps;
    std::int64_t weightings, tied;  ///< of A and B, once at most with C
    std::vector<std::int64_t> alone;
  };
  for (const Grid& grid :
       {Grid{5, 126, 0, {106, 17, 3}}, Grid{10, 1001, 14, {824, 136, 27}}, Grid{20, 10626, 62, {8754, 1516, 294}}}) {
    const std::vector<Fraction> shares = counted_first_shares(worked_example(), grid.steps);
    ASSERT_EQ(shares.size(), 3u);
    Fraction sum{0, 1}, shared{0, 1};
    for (std::size_t i = 0; i < 3; ++i) {
      const Fraction alone = Fraction::of(grid.alone[i], grid.weightings);
      EXPECT_GE(shares[i], alone) << grid.steps << " steps, option " << i;
      EXPECT_LE(shares[i], alone + Fraction::of(grid.tied, grid.weightings));
      if (grid.tied == 0) EXPECT_EQ(shares[i], alone);
      sum = sum + shares[i];
      shared = shared + (shares[i] - alone);
    }
    EXPECT_EQ(sum, (Fraction{1, 1}));
    EXPECT_EQ(shared, Fraction::of(grid.tied, grid.weightings)) << "ties are split among those that tie";
  }
}

TEST(PairwiseShare, ReferenceValues) {
  const std::vector<std::pair<std::vector<int>, Fraction>> rows{{{1, -1}, {1, 2}},
                                                                {{2, -1}, {2, 3}},
                                                                {{1, 1, -1}, {3, 4}},
                                                                {{3, 1, -2}, {11, 15}},
                                                                {{1, -1, -1, -1, -1}, {1, 16}},
                                                                {{5, 1, -1, -2, -3}, {611, 1344}},
                                                                {{15, 30, 35, 10, -15}, {97, 100}},
                                                                {{30, 15, 15, -25, 5}, {3599, 4224}},
                                                                {{-15, 15, 20, 35, -20}, {171, 220}},
                                                                {{1, 2}, {1, 1}},
                                                                {{-1, 0}, {0, 1}}};
  for (const auto& [d, share] : rows) EXPECT_EQ(pairwise_share(d), share) << testing::PrintToString(d);
}

TEST(Ranking, BreakEvenScoresOfTheWorkedExample) {
  const Ranking ranking = rank_options(worked_example());
  EXPECT_EQ(ranking.break_evens[hardware].score, (Fraction{55, 1}));
  EXPECT_EQ(ranking.break_evens[ease].score, (Fraction{65, 2}));
  EXPECT_EQ(ranking.break_evens[ecosystem].score, (Fraction{85, 2}));
  EXPECT_EQ(ranking.break_evens[deploy].score, (Fraction{35, 2}));
  EXPECT_FALSE(ranking.break_evens[performance].score) << "80 - 105 is under 0: never";
  Table table = worked_example();
  table.points[performance] = 0;
  EXPECT_FALSE(rank_options(table).break_evens[performance].score) << "it does not count";
}

TEST(Ranking, LeadOfTheWorkedExampleInParts) {
  const Ranking ranking = rank_options(worked_example());
  std::vector<std::int64_t> parts;
  for (std::size_t k = 0; k < 5; ++k)
    parts.push_back(ranking.places[0].contributions[k] - ranking.places[1].contributions[k]);
  EXPECT_THAT(parts, ElementsAre(900, 300, 300, -500, 50)) << "together 1050, which is 10.5 of 100";
}

TEST(Ranking, UnknownScoresOfTheWorkedExampleAreIntervals) {
  Table table = worked_example();
  table.highs = table.scores;
  table.scores[a][hardware] = 20;
  Ranking ranking = rank_options(table);
  const auto place_of_a =
      std::find_if(ranking.places.begin(), ranking.places.end(), [](const Place& place) { return place.option == a; });
  EXPECT_EQ(place_of_a->total, 6400);
  EXPECT_EQ(place_of_a->total_high, 8500);
  EXPECT_FALSE(ranking.certain) << "A may pass B";

  table = worked_example();
  table.highs = table.scores;
  table.scores[b][performance] = 0;
  table.highs[b][performance] = 100;
  ranking = rank_options(table);
  // Of its lower end B ties with C, and the order among the two is the tie-break's.
  const auto place_of_b =
      std::find_if(ranking.places.begin(), ranking.places.end(), [](const Place& place) { return place.option == b; });
  EXPECT_EQ(place_of_b->total, 6700);
  EXPECT_EQ(place_of_b->total_high, 7700);
  EXPECT_TRUE(ranking.certain) << "B has 77 at most, A 85";
}

// Published values of the weighted sum; decimals are taken as whole numbers of a finer scale.
std::vector<double> totals(const std::vector<std::vector<double>>& rows, const std::vector<int>& points) {
  constexpr int fine = 10'000'000;
  Table table;
  table.points = points;
  for (std::size_t k = 0; k < points.size(); ++k) table.factors.push_back("f" + std::to_string(k));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    table.options.push_back("o" + std::to_string(i));
    table.scores.emplace_back();
    for (const double score : rows[i]) table.scores.back().push_back(static_cast<int>(std::lround(score * fine)));
  }
  const Ranking ranking = place_options(table);
  std::vector<double> result(rows.size());
  for (const Place& place : ranking.places)
    result[place.option] = static_cast<double>(place.total) / static_cast<double>(ranking.points_total) / fine;
  return result;
}

TEST(WeightedSum, ScikitCriteriaSimpleExample) {
  const Ranking ranking = rank_options({{"0", "1"}, {"f", "g", "h"}, {{1, 0, 3}, {0, 5, 6}}, {1, 1, 1}, {}});
  EXPECT_THAT(order(ranking), ElementsAre("1", "0"));
  EXPECT_EQ(ranking.places[0].total, 11);
  EXPECT_EQ(ranking.places[1].total, 4);
}

TEST(WeightedSum, KrackaEtAl2010AndPymcdm) {
  const auto normalised = [](std::vector<std::vector<double>> rows, const std::vector<bool>& is_cost) {
    for (std::size_t k = 0; k < is_cost.size(); ++k) {
      double sum = 0;
      for (auto& row : rows) {
        if (is_cost[k]) row[k] = 1 / row[k];
        sum += row[k];
      }
      for (auto& row : rows) row[k] /= sum;
    }
    return rows;
  };
  const auto kracka = totals(normalised({{33.95, 23.78, 11.45, 39.97, 29.44, 167.10, 3.852},
                                         {38.9, 4.17, 6.32, 0.01, 4.29, 132.52, 25.184},
                                         {37.59, 9.36, 8.23, 4.35, 10.22, 136.71, 10.845},
                                         {30.44, 37.59, 13.91, 74.08, 45.10, 198.34, 2.186},
                                         {36.21, 14.79, 9.17, 17.77, 17.06, 148.3, 6.610},
                                         {37.8, 8.55, 7.97, 2.35, 9.25, 134.83, 11.935}},
                                        {true, true, true, true, false, true, false}),
                             {1, 1, 1, 1, 1, 1, 1});
  const std::vector<double> expected{0.12040426, 0.3458235, 0.13838192, 0.12841246, 0.12346084, 0.14351701};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(kracka[i], expected[i], 1e-6) << i;
  const auto pymcdm =
      totals(normalised({{96, 83, 75, 7}, {63, 5, 56, 9}, {72, 30, 32, 48}, {11, 4, 27, 9}, {77, 21, 17, 11}},
                        {false, false, true, true}),
             {8, 5, 6, 7});
  // Its weights 8/13, 5/13, 6/13, 7/13 add up to 2, ours to 1.
  const std::vector<double> sums{0.609, 0.313, 0.334, 0.265, 0.479};
  for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_NEAR(pymcdm[i] * 2, sums[i], 6e-4) << i;
}

TEST(WeightedSum, OnFixedBoundsIsOneMinusSpotis) {
  const double low[] = {-5, -6, -8}, high[] = {12, 10, 5};
  std::vector<std::vector<double>> rows{{10.5, -3.1, 1.7}, {-4.7, 0, 3.4}, {8.1, 0.3, 1.3}, {3.2, 7.3, -5.3}};
  for (auto& row : rows)
    for (std::size_t k = 0; k < 3; ++k) {
      row[k] = (row[k] - low[k]) / (high[k] - low[k]);
      if (k == 1) row[k] = 1 - row[k];  // the less the better
    }
  const auto result = totals(rows, {2, 3, 5});
  const std::vector<double> spotis{0.1989, 0.3705, 0.3063, 0.7491};
  for (std::size_t i = 0; i < spotis.size(); ++i) EXPECT_NEAR(1 - result[i], spotis[i], 5e-5) << i;
}

TEST(Ranking, AddingALoserReversesNothing) {
  // On min-max scales a hopeless third option would make A the winner; on absolute ones nothing moves.
  const Table two{{"A", "B"}, {"f", "g"}, {{60, 90}, {80, 70}}, {55, 45}, {}};
  Table three = two;
  three.options.push_back("C");
  three.scores.push_back({0, 70});
  EXPECT_THAT(order(rank_options(two)), ElementsAre("B", "A"));
  const Ranking ranking = rank_options(three);
  EXPECT_THAT(order(ranking), ElementsAre("B", "A", "C"));
  EXPECT_EQ(ranking.places[0].total, 7550);
  EXPECT_EQ(ranking.places[1].total, 7350);
}

TEST(Ranking, AFactorWithinTheMarginIsATie) {
  const Ranking ranking = rank_options({{"x", "y"}, {"near", "far"}, {{80, 80}, {75, 74}}, {1, 1}});
  EXPECT_FALSE(ranking.by_factor[0].winner);
  EXPECT_THAT(ranking.by_factor[0].tied, ElementsAre(0, 1));
  EXPECT_EQ(ranking.by_factor[1].winner, 0u);
  EXPECT_EQ(ranking.tied_factors, 1);
  EXPECT_EQ(ranking.places[0].wins, 1);
  EXPECT_EQ(ranking.places[1].wins, 0);
}

TEST(Ranking, EqualTotalsAreATieOrderedByTheHeaviestFactorThenByName) {
  const Ranking by_factor = rank_options({{"a", "b"}, {"light", "heavy"}, {{90, 50}, {70, 60}}, {1, 2}});
  EXPECT_TRUE(by_factor.first_is_tied);
  EXPECT_THAT(order(by_factor), ElementsAre("b", "a"));
  EXPECT_EQ(by_factor.places[1].rank, 1);
  const Ranking by_name = rank_options({{"z", "y"}, {"f"}, {{50}, {50}}, {1}});
  EXPECT_THAT(order(by_name), ElementsAre("y", "z"));
  EXPECT_TRUE(by_name.first_is_tied);
}

TEST(Ranking, NoPointsAtAllMeansEqualPoints) {
  Table table = worked_example();
  table.points = {0, 0, 0, 0, 0};
  const Ranking ranking = rank_options(table);
  EXPECT_EQ(ranking.points_total, 5);
  EXPECT_EQ(ranking.places[0].total, 90 + 85 + 95 + 70 + 80);
}

TEST(Ranking, AllPointsOnOneFactorLetTheOthersShareTheRest) {
  Table table = worked_example();
  table.points = {0, 0, 0, 0, 10};
  const Ranking ranking = rank_options(table);
  EXPECT_THAT(order(ranking), ElementsAre("C", "A", "B"));
  // C leads A by 15 there; the mean difference elsewhere is -(15+30+35+10)/4 = -45/2: they tie at 22.5/37.5.
  ASSERT_TRUE(ranking.flips[performance].below);
  EXPECT_EQ(ranking.flips[performance].below->weight, (Fraction{3, 5}));
  EXPECT_EQ(ranking.flips[performance].below->rival, a);
}

TEST(Ranking, DominanceHasNoNearestChangeAndEveryShare) {
  const Ranking ranking = rank_options({{"good", "bad"}, {"f", "g"}, {{90, 80}, {10, 80}}, {1, 1}});
  EXPECT_FALSE(ranking.nearest);
  EXPECT_EQ(ranking.first_share[0], (Fraction{1, 1}));
}

TEST(Ranking, OneOrNoOption) {
  EXPECT_EQ(rank_options({{"only"}, {"f"}, {{7}}, {3}}).places[0].total, 21);
  EXPECT_TRUE(rank_options({{}, {"f"}, {}, {3}}).places.empty());
}

// ---- Properties on random tables
// -------------------------------------------------------------------------------------

Table random_table(std::mt19937& random) {
  const auto number = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  Table table;
  const int options = number(2, 5), factors = number(2, 5);
  for (int i = 0; i < options; ++i) table.options.push_back(std::string(1, static_cast<char>('a' + i)));
  for (int k = 0; k < factors; ++k) {
    table.factors.push_back("f" + std::to_string(k));
    table.points.push_back(number(0, 20));
  }
  for (int i = 0; i < options; ++i) {
    table.scores.emplace_back();
    for (int k = 0; k < factors; ++k) table.scores.back().push_back(number(0, 100));
  }
  return table;
}

Fraction total_at(const Table& table, std::size_t option, const std::vector<Fraction>& weights) {
  Fraction total;
  for (std::size_t k = 0; k < weights.size(); ++k) total = total + weights[k] * Fraction{table.scores[option][k], 1};
  return total;
}

/// Weights when factor k gets `weight` and the others keep their proportions.
std::vector<Fraction> weights_with(const Table& table, std::size_t k, Fraction weight) {
  std::int64_t rest = 0;
  for (std::size_t m = 0; m < table.points.size(); ++m)
    if (m != k) rest += table.points[m];
  std::vector<Fraction> weights;
  for (std::size_t m = 0; m < table.points.size(); ++m) {
    const Fraction share = rest == 0 ? Fraction::of(1, static_cast<std::int64_t>(table.points.size()) - 1)
                                     : Fraction::of(table.points[m], rest);
    weights.push_back(m == k ? weight : (Fraction{1, 1} - weight) * share);
  }
  return weights;
}

class RankingProperty : public testing::Test {
 protected:
  std::mt19937 random_{20260101};  // fixed: a failure can be repeated
};

TEST_F(RankingProperty, ScalingThePointsChangesNothing) {
  for (int round = 0; round < 200; ++round) {
    Table table = random_table(random_);
    const Ranking before = rank_options(table);
    for (int& points : table.points) points *= 7;
    const Ranking after = rank_options(table);
    EXPECT_EQ(order(before), order(after));
    for (std::size_t k = 0; k < table.factors.size(); ++k) {
      ASSERT_EQ(before.flips[k].above.has_value(), after.flips[k].above.has_value());
      if (before.flips[k].above) {
        EXPECT_EQ(before.flips[k].above->weight, after.flips[k].above->weight);
      }
    }
  }
}

TEST_F(RankingProperty, RemovingAnOptionKeepsTheOrderOfTheOthers) {
  for (int round = 0; round < 200; ++round) {
    Table table = random_table(random_);
    std::vector<std::string> expected = order(rank_options(table));
    const std::size_t gone = random_() % table.options.size();
    std::erase(expected, table.options[gone]);
    table.options.erase(table.options.begin() + static_cast<std::ptrdiff_t>(gone));
    table.scores.erase(table.scores.begin() + static_cast<std::ptrdiff_t>(gone));
    EXPECT_EQ(order(rank_options(table)), expected);
  }
}

TEST_F(RankingProperty, RaisingAScoreNeverLowersItsOption) {
  for (int round = 0; round < 200; ++round) {
    Table table = random_table(random_);
    const std::size_t i = random_() % table.options.size(), k = random_() % table.factors.size();
    const auto place = [&](const Ranking& ranking) {
      const auto names = order(ranking);
      return std::find(names.begin(), names.end(), table.options[i]) - names.begin();
    };
    const auto before = place(rank_options(table));
    table.scores[i][k] = std::min(100, table.scores[i][k] + 13);
    EXPECT_LE(place(rank_options(table)), before);
  }
}

TEST_F(RankingProperty, AtTheFlipWeightTheTwoTieAndPastItTheRivalLeads) {
  int thresholds = 0;
  for (int round = 0; round < 300; ++round) {
    const Table table = random_table(random_);
    const Ranking ranking = rank_options(table);
    if (ranking.first_is_tied) continue;
    const std::size_t leader = ranking.places[0].option;
    for (const Flip& flip : ranking.flips) {
      for (const auto& [side, step] :
           {std::pair{flip.above, Fraction{1, 1'000'000}}, {flip.below, Fraction{-1, 1'000'000}}}) {
        if (!side) continue;
        ++thresholds;
        const auto lead_at = [&](Fraction weight) {
          const auto weights = weights_with(ranking.table, flip.factor, weight);
          return total_at(ranking.table, leader, weights) - total_at(ranking.table, side->rival, weights);
        };
        EXPECT_EQ(lead_at(side->weight), (Fraction{0, 1}));
        EXPECT_LT(lead_at(side->weight + step), (Fraction{0, 1}));
        EXPECT_GT(lead_at(side->weight - step), (Fraction{0, 1}));
      }
    }
  }
  EXPECT_GT(thresholds, 100);
}

TEST_F(RankingProperty, MovingTheNearestChangeGivesATie) {
  int changes = 0;
  for (int round = 0; round < 300; ++round) {
    const Ranking ranking = rank_options(random_table(random_));
    if (!ranking.nearest) continue;
    ++changes;
    const Table& table = ranking.table;
    std::vector<Fraction> weights;
    for (const int points : table.points) weights.push_back(Fraction::of(points, ranking.points_total));
    Fraction moved;
    for (const auto& move : ranking.nearest->moves) {
      weights[move.from] = weights[move.from] - move.share;
      weights[move.to] = weights[move.to] + move.share;
      EXPECT_GE(weights[move.from], (Fraction{0, 1}));
      moved = moved + move.share;
    }
    EXPECT_EQ(moved, ranking.nearest->moved);
    EXPECT_EQ(total_at(table, ranking.places[0].option, weights), total_at(table, ranking.nearest->rival, weights));
  }
  EXPECT_GT(changes, 50);
}

TEST_F(RankingProperty, SharesOfAPairAndOfTheGridAgree) {
  for (int round = 0; round < 200; ++round) {
    Table table = random_table(random_);
    std::vector<int> d, mirrored;
    for (std::size_t k = 0; k < table.factors.size(); ++k) {
      d.push_back(table.scores[0][k] - table.scores[1][k]);
      mirrored.push_back(-d.back());
    }
    if (std::all_of(d.begin(), d.end(), [](int x) { return x == 0; })) continue;
    const auto share = pairwise_share(d), others = pairwise_share(mirrored);
    ASSERT_TRUE(share && others) << "up to five factors always fit";
    EXPECT_EQ(*share + *others, (Fraction{1, 1}));
    table.options.resize(2);
    table.scores.resize(2);
    EXPECT_EQ(rank_options(table).first_share[0], *share) << "of two, the share is the exact one";
    EXPECT_NEAR(counted_first_shares(table)[0].value(), share->value(), 0.03);
  }
}

TEST_F(RankingProperty, AddingOrCopyingAnOptionKeepsTheOrderOfTheOthers) {
  for (int round = 0; round < 200; ++round) {
    Table table = random_table(random_);
    const std::vector<std::string> before = order(rank_options(table));
    const bool is_copy = round % 2 == 0;
    table.options.push_back("new");
    table.scores.push_back(table.scores[random_() % table.scores.size()]);
    if (!is_copy)
      for (int& score : table.scores.back()) score = static_cast<int>(random_() % 101);
    std::vector<std::string> after = order(rank_options(table));
    std::erase(after, "new");
    EXPECT_EQ(after, before);
  }
}

TEST_F(RankingProperty, PermutingOptionsAndFactorsPermutesTheResult) {
  for (int round = 0; round < 200; ++round) {
    const Table table = random_table(random_);
    std::vector<std::size_t> rows(table.options.size()), columns(table.factors.size());
    std::iota(rows.begin(), rows.end(), 0);
    std::iota(columns.begin(), columns.end(), 0);
    std::shuffle(rows.begin(), rows.end(), random_);
    std::shuffle(columns.begin(), columns.end(), random_);
    Table other;
    for (const std::size_t k : columns) {
      other.factors.push_back(table.factors[k]);
      other.points.push_back(table.points[k]);
    }
    for (const std::size_t i : rows) {
      other.options.push_back(table.options[i]);
      other.scores.emplace_back();
      for (const std::size_t k : columns) other.scores.back().push_back(table.scores[i][k]);
    }
    const Ranking one = rank_options(table), two = rank_options(other);
    const auto totals_of = [](const Ranking& ranking) {
      std::map<std::string, std::pair<std::int64_t, int>> totals;
      for (const Place& place : ranking.places) totals[ranking.table.options[place.option]] = {place.total, place.rank};
      return totals;
    };
    EXPECT_EQ(totals_of(one), totals_of(two));
    EXPECT_EQ(one.nearest.has_value(), two.nearest.has_value());
    for (std::size_t n = 0; n < rows.size(); ++n)
      EXPECT_EQ(two.first_share[n].value(), one.first_share[rows[n]].value()) << "the shares go with their options";
  }
}

TEST_F(RankingProperty, NoSmallerMoveThanTheNearestChangeGivesATie) {
  for (int round = 0; round < 300; ++round) {
    const Ranking ranking = rank_options(random_table(random_));
    if (!ranking.nearest || ranking.nearest->moves.empty()) continue;
    const Table& table = ranking.table;
    const std::size_t leader = ranking.places[0].option;
    const double moved = ranking.nearest->moved.value() * 0.999;
    // Any move of this size, to any rival: from the most favourable donors first is the best one can do.
    for (int attempt = 0; attempt < 50; ++attempt) {
      std::vector<double> weights;
      for (const int points : table.points)
        weights.push_back(static_cast<double>(points) / static_cast<double>(ranking.points_total));
      double left = moved;
      const std::size_t to = random_() % weights.size();
      std::vector<std::size_t> donors(weights.size());
      std::iota(donors.begin(), donors.end(), 0);
      std::shuffle(donors.begin(), donors.end(), random_);
      for (const std::size_t from : donors) {
        const double taken = std::min(left, weights[from]);
        weights[from] -= taken;
        weights[to] += taken;
        left -= taken;
      }
      const auto total = [&](std::size_t option) {
        double sum = 0;
        for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * table.scores[option][k];
        return sum;
      };
      for (std::size_t rival = 0; rival < table.options.size(); ++rival)
        if (rival != leader) EXPECT_GT(total(leader), total(rival));
    }
  }
}

TEST_F(RankingProperty, DominanceHasTheWholeShare) {
  for (int round = 0; round < 100; ++round) {
    Table table = random_table(random_);
    table.options.resize(2);
    table.scores.resize(2);
    table.scores[0] = table.scores[1];
    for (int& score : table.scores[0]) score = std::min(100, score + 1);
    if (table.scores[0] == table.scores[1]) continue;
    const Ranking ranking = rank_options(table);
    EXPECT_EQ(ranking.first_share[0], (Fraction{1, 1}));
    EXPECT_FALSE(ranking.nearest && !ranking.nearest->moves.empty());
  }
}

TEST_F(RankingProperty, TotalsOfIntervalsHoldTheTotalOfEveryChoiceInside) {
  for (int round = 0; round < 200; ++round) {
    Table table = random_table(random_);
    table.highs = table.scores;
    Table inside = table;
    inside.highs.clear();
    for (std::size_t i = 0; i < table.options.size(); ++i)
      for (std::size_t k = 0; k < table.factors.size(); ++k)
        if (random_() % 3 == 0) {
          table.highs[i][k] = std::min(100, table.scores[i][k] + static_cast<int>(random_() % 50));
          const int width = table.highs[i][k] - table.scores[i][k];
          inside.scores[i][k] += static_cast<int>(random_() % static_cast<unsigned>(width + 1));
        }
    const Ranking ranges = rank_options(table), choice = rank_options(inside);
    for (const Place& place : choice.places)
      for (const Place& range : ranges.places)
        if (range.option == place.option) {
          EXPECT_LE(range.total, place.total);
          EXPECT_GE(range.total_high, place.total);
        }
    if (ranges.certain) EXPECT_EQ(order(choice).front(), order(ranges).front());
  }
}

TEST_F(RankingProperty, TheFirstPlaceIsLostBelowTheBreakEvenScoreAndNotAboveIt) {
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    const Ranking ranking = rank_options(random_table(random_));
    if (ranking.first_is_tied) continue;
    const std::size_t leader = ranking.places[0].option;
    for (const BreakEven& even : ranking.break_evens) {
      const auto first_with = [&](int score) {
        Table table = ranking.table;
        table.scores[leader][even.factor] = score;
        return rank_options(table);
      };
      if (!even.score) {
        EXPECT_EQ(first_with(0).places[0].option, leader);
        continue;
      }
      ++found;
      const int tie = static_cast<int>(std::floor(even.score->value()));
      if (tie + 1 <= even.score_now) EXPECT_EQ(first_with(tie + 1).places[0].option, leader);
      const Ranking below = first_with(even.score->denominator == 1 ? tie - 1 : tie);
      if (tie >= 1 || even.score->denominator != 1) EXPECT_NE(below.places[0].option, leader);
    }
  }
  EXPECT_GT(found, 100);
}

TEST_F(RankingProperty, PlacesOnlyAreThePlacesOfAll) {
  for (int round = 0; round < 50; ++round) {
    const Table table = random_table(random_);
    const Ranking full = rank_options(table), places = place_options(table);
    EXPECT_EQ(order(full), order(places));
    EXPECT_EQ(full.points_total, places.points_total);
  }
}

TEST_F(RankingProperty, ContributionsAddUp) {
  for (int round = 0; round < 100; ++round)
    for (const Place& place : rank_options(random_table(random_)).places) {
      std::int64_t total = 0;
      for (const std::int64_t part : place.contributions) total += part;
      EXPECT_EQ(total, place.total);
    }
}

}  // namespace
}  // namespace rigfit
