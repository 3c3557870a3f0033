#include "cli/options/questions.hpp"

#include <gmock/gmock.h>

#include "cli/input.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

struct Talk {
  std::vector<std::string> answers;
  std::string said;
  std::size_t next = 0;

  Conversation conversation() {
    return {[this](std::string_view text) { said += text; },
            [this]() -> std::optional<std::string> {
              if (next == answers.size()) return std::nullopt;
              return answers[next++];
            }};
  }
};

const std::vector<Factor>& factors() {
  static const std::vector<Factor> all = load_rule_book("").value()->factors;
  return all;
}

std::map<std::string, int> equal(int points) {
  std::map<std::string, int> all;
  for (const Factor& factor : factors()) all[factor.id] = points;
  return all;
}

TEST(Questions, AreFiveAndShowBothEndsOfEachScale) {
  Talk talk{{"100", "0", "50", " 70 ", "5\r"}, {}, 0};
  const auto points = ask_points(factors(), equal(20), {}, talk.conversation());
  ASSERT_TRUE(points);
  EXPECT_EQ(points->at("ease_of_use"), 100);
  EXPECT_EQ(points->at("model_availability"), 0);
  EXPECT_EQ(points->at("hardware_support"), 70);
  EXPECT_EQ(points->at("learning_resources"), 5);
  EXPECT_THAT(talk.said, HasSubstr("5 of 5"));
  for (const Factor& factor : factors()) {
    EXPECT_THAT(talk.said, HasSubstr(factor.at_0));
    EXPECT_THAT(talk.said, HasSubstr(factor.at_100));
  }
}

TEST(Questions, EnterKeepsTheProportionsSoFar) {
  std::map<std::string, int> points = equal(10);
  points["hardware_support"] = 40;
  points["fit"] = 72;
  Talk talk{{"", "", "", "", ""}, {}, 0};
  const auto kept = ask_points(factors(), points, {}, talk.conversation());
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->at("hardware_support"), 100);
  EXPECT_EQ(kept->at("ease_of_use"), 25);
  EXPECT_EQ(kept->at("fit"), 180) << "a profile's own factor keeps its proportion too";
}

TEST(Questions, AreAskedAgainAfterAWrongAnswer) {
  Talk talk{{"much", "101", "-1", "7.5", "7", "", "", "", ""}, {}, 0};
  const auto points = ask_points(factors(), equal(0), {}, talk.conversation());
  ASSERT_TRUE(points);
  EXPECT_EQ(points->at("ease_of_use"), 7);
  EXPECT_EQ(points->at("learning_resources"), 100) << "nothing so far means equal";
  EXPECT_THAT(talk.said, HasSubstr("Type a whole number from 0 to 100."));
}

TEST(Questions, AreNotAskedOfWhatIsSettled) {
  Talk talk{{"1", "2", "3", "4"}, {}, 0};
  const auto points = ask_points(factors(), equal(20), {{"ease_of_use", 33}}, talk.conversation());
  ASSERT_TRUE(points);
  EXPECT_EQ(points->at("ease_of_use"), 33);
  EXPECT_THAT(talk.said, HasSubstr("4 of 4"));
}

TEST(Questions, EndWithTheInput) {
  Talk talk{{"1", "2"}, {}, 0};
  EXPECT_FALSE(ask_points(factors(), equal(20), {}, talk.conversation()));
}

}  // namespace
}  // namespace rigfit
