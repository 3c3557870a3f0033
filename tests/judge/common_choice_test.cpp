#include "judge/recommend/common_choice.hpp"

#include <random>

#include "judge/machine.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;

Machine tpu() { return linux_x86().device("tpu", State::ready, {{"architecture", "v5e"}, {"kind", "tpu"}}); }
Machine mac() {
  Machine machine("darwin", "aarch64");
  machine.device("mps", State::ready, {{"architecture", "apple_m3"}});
  return machine;
}

/// A recommendation with these totals of 100; what is under 0 is no choice.
Recommendation made_up(const std::vector<FrameworkRule>& frameworks, const std::vector<int>& totals) {
  Recommendation result;
  Table all, adequate;
  all.factors = adequate.factors = {"f"};
  all.points = adequate.points = {1};
  for (std::size_t i = 0; i < totals.size(); ++i) {
    Candidate candidate;
    candidate.rule = &frameworks[i];
    candidate.adequate = totals[i] >= 0;
    candidate.inadequate_because = candidate.adequate ? "" : "It leaves the hardware idle.";
    result.candidates.push_back(candidate);
    all.options.push_back(frameworks[i].id);
    all.scores.push_back({std::abs(totals[i])});
    if (totals[i] < 0) continue;
    adequate.options.push_back(frameworks[i].id);
    adequate.scores.push_back({totals[i]});
  }
  result.ranking_of_all = rank_options(all);
  result.ranking = rank_options(adequate);
  return result;
}

std::vector<FrameworkRule> three() {
  std::vector<FrameworkRule> frameworks(3);
  for (std::size_t i = 0; i < 3; ++i)
    frameworks[i].id = frameworks[i].name = std::string(1, static_cast<char>('a' + i));
  return frameworks;
}

TEST(CommonChoice, LosesLeastWhereItLosesMost) {
  const auto frameworks = three();
  const Recommendation one = made_up(frameworks, {90, 80, 10}), two = made_up(frameworks, {50, 70, 95});
  const CommonChoice choice = choose_for_all({&one, &two});
  EXPECT_TRUE(choice.found);
  EXPECT_EQ(choice.rows[0].framework, "b") << "a would lose 45 on the second, b loses 25, c 80 on the first";
  EXPECT_EQ(choice.rows[0].largest_loss, (Fraction{25, 1}));
  EXPECT_EQ(choice.rows[0].total_loss, (Fraction{35, 1}));
  EXPECT_EQ(choice.rows[0].seats[0].loss, (Fraction{10, 1}));
  EXPECT_THAT(choice.best_of, ElementsAre(ElementsAre("a"), ElementsAre("c")));
}

TEST(CommonChoice, WhatIsNoChoiceSomewhereComesAfterWhatFitsAll) {
  const auto frameworks = three();
  const Recommendation one = made_up(frameworks, {90, 30, -99}), two = made_up(frameworks, {-99, 40, 90});
  const CommonChoice choice = choose_for_all({&one, &two});
  EXPECT_TRUE(choice.found);
  EXPECT_EQ(choice.rows[0].framework, "b");
  EXPECT_FALSE(choice.rows[1].seats[0].possible && choice.rows[1].seats[1].possible);
}

TEST(CommonChoice, SaysSoWhenNoneFitsAll) {
  const auto frameworks = three();
  const Recommendation one = made_up(frameworks, {90, -30, -1}), two = made_up(frameworks, {-99, 40, -1}),
                       three_ = made_up(frameworks, {70, -40, 1});
  const CommonChoice choice = choose_for_all({&one, &two, &three_});
  EXPECT_FALSE(choice.found);
  EXPECT_EQ(choice.rows[0].framework, "a") << "it fits two of three";
  EXPECT_EQ(choice.rows[0].seats[1].because_not, "It leaves the hardware idle.");
}

TEST(CommonChoice, ATieIsATie) {
  const auto frameworks = three();
  const Recommendation one = made_up(frameworks, {90, 80, 10}), two = made_up(frameworks, {80, 90, 10});
  EXPECT_TRUE(choose_for_all({&one, &two}).is_tied);
  EXPECT_TRUE(choose_for_all({}).rows.empty());
}

TEST(CommonChoice, IsTheBestByBruteForce) {
  std::mt19937 random(20260101);
  const auto frameworks = three();
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<int>> totals(1 + random() % 4);
    std::vector<Recommendation> machines;
    for (auto& row : totals) {
      for (int i = 0; i < 3; ++i) row.push_back(static_cast<int>(random() % 100));
      machines.push_back(made_up(frameworks, row));
    }
    std::vector<const Recommendation*> pointers;
    for (const Recommendation& machine : machines) pointers.push_back(&machine);
    const CommonChoice choice = choose_for_all(pointers);
    const auto largest = [&](std::size_t i) {
      int worst = 0;
      for (const auto& row : totals) worst = std::max(worst, *std::max_element(row.begin(), row.end()) - row[i]);
      return worst;
    };
    const int best = std::min({largest(0), largest(1), largest(2)});
    EXPECT_EQ(choice.rows[0].largest_loss, (Fraction{best, 1}));
    EXPECT_TRUE(choice.found);
  }
}

TEST(CommonChoice, OfAGpuNodeAndATpuNode) {
  const Recommendation gpu = h100().recommended(), node = tpu().recommended(), laptop = mac().recommended();
  const CommonChoice choice = choose_for_all({&gpu, &node});
  ASSERT_TRUE(choice.found);
  EXPECT_NE(choice.rows[0].framework, "tensorflow") << "it leaves the TPU idle";
  EXPECT_THAT(choice.best_of, ElementsAre(ElementsAre("pytorch"), ElementsAre("jax")));
  const CommonChoice with_laptop = choose_for_all({&gpu, &laptop});
  ASSERT_TRUE(with_laptop.found);
  EXPECT_EQ(with_laptop.rows[0].framework, "pytorch");
}

}  // namespace
}  // namespace rigfit
