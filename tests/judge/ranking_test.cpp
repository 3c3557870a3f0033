#include "judge/ranking.hpp"

#include <gmock/gmock.h>

#include <random>

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

TEST(PairwiseShare, ReferenceValues) {
  const std::vector<std::pair<std::vector<int>, double>> rows{{{1, -1}, 1.0 / 2},
                                                              {{2, -1}, 2.0 / 3},
                                                              {{1, 1, -1}, 3.0 / 4},
                                                              {{3, 1, -2}, 11.0 / 15},
                                                              {{1, -1, -1, -1, -1}, 1.0 / 16},
                                                              {{5, 1, -1, -2, -3}, 611.0 / 1344},
                                                              {{15, 30, 35, 10, -15}, 0.97},
                                                              {{30, 15, 15, -25, 5}, 3599.0 / 4224},
                                                              {{1, 2}, 1.0},
                                                              {{-1, 0}, 0.0}};
  for (const auto& [d, share] : rows) EXPECT_NEAR(pairwise_share(d), share, 1e-12) << testing::PrintToString(d);
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
    EXPECT_NEAR(pairwise_share(d) + pairwise_share(mirrored), 1.0, 1e-9);
    table.options.resize(2);
    table.scores.resize(2);
    EXPECT_NEAR(rank_options(table).first_share[0].value(), pairwise_share(d), 0.03);
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
