// Ratings: what they are made of, and what may be cited for them.
#include <gmock/gmock.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "rules/shipped_rules.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

/// The shipped rules with a rating of PyTorch changed.
tl::expected<RuleBook, RuleError> with_rating(const char* factor, const std::function<void(Json&)>& change) {
  for (const RuleFile& file : embedded_rules()) {
    if (file.path != "frameworks/pytorch.json") continue;
    Json document = Json::parse(file.text);
    change(document["ratings"][factor]);
    const RuleFile changed{file.path, document.dump()};
    return load_rules(overlaid(embedded_rules(), {&changed, 1}), true);
  }
  return tl::unexpected(RuleError{"", "", "there is no frameworks/pytorch.json"});
}

std::string why_refused(const char* factor, const std::function<void(Json&)>& change) {
  const auto loaded = with_rating(factor, change);
  return loaded ? "was taken" : loaded.error().reason;
}

TEST(Scales, SayWhatTheyMeanAtFivePlaces) {
  const auto check = [](const Factor& factor) {
    std::set<std::string> words;
    int last = -1;
    for (const auto& [score, sentence] : anchors_of(factor)) {
      EXPECT_GT(score, last) << factor.id;
      EXPECT_FALSE(sentence.empty()) << factor.id;
      EXPECT_TRUE(words.insert(sentence).second) << factor.id << " says twice: " << sentence;
      last = score;
    }
    EXPECT_EQ(words.size(), 5u) << factor.id;
  };
  for (const Factor& factor : shipped().factors) check(factor);
  for (const Profile& profile : shipped().profiles) {
    ASSERT_TRUE(profile.fit);
    check(profile.fit->factor);
  }
}

TEST(RatingParts, AreAllRatedAndTheRatingIsTheirMean) {
  const Factor& factor = *shipped().factor("production_readiness");
  ASSERT_EQ(factor.parts.size(), 3u);
  EXPECT_FALSE(factor.weights_about.empty());
  for (const FrameworkRule& framework : shipped().frameworks) {
    const Rating& rating = framework.ratings.at(factor.id);
    ASSERT_EQ(rating.parts.size(), factor.parts.size()) << framework.id;
    int sum = 0;
    for (const RatingPart& part : rating.parts) {
      sum += part.score;
      EXPECT_EQ(part.weight, 1) << "unless a profile says otherwise";
      EXPECT_FALSE(part.evidence.empty()) << framework.id << " " << part.id;
      EXPECT_FALSE(part.sentence.empty()) << framework.id << " " << part.id;
      for (const std::string& id : part.evidence)
        EXPECT_THAT(rating.evidence, testing::Contains(id)) << framework.id << " " << part.id;
    }
    EXPECT_EQ(rating.score, (2 * sum + 3) / 6) << framework.id;
  }
}

TEST(RatingParts, FollowTheWeights) {
  const Rating& rating = shipped().framework("pytorch")->ratings.at("production_readiness");
  ASSERT_EQ(rating.parts[0].id, "llm_serving");
  const Rating alone = weighted(rating, {{"llm_serving", 7}});
  EXPECT_EQ(alone.score, rating.parts[0].score);
  EXPECT_EQ(alone.sentence, rating.parts[0].sentence);
  EXPECT_EQ(alone.evidence, rating.parts[0].evidence);
  const Rating two = weighted(rating, {{"llm_serving", 3}, {"classic_serving", 1}});
  EXPECT_EQ(two.score, (2 * (3 * rating.parts[0].score + rating.parts[1].score) + 4) / 8);
  EXPECT_EQ(two.sentence, rating.sentence);
  EXPECT_EQ(weighted(weighted(rating, {{"edge", 1}}), {{"llm_serving", 7}}).score, alone.score) << "from any start";
}

TEST(RatingParts, AnIntervalInAPartIsOneInTheMean) {
  const auto loaded = with_rating("production_readiness", [](Json& rating) {
    rating["parts"]["edge"]["score"] = Json::array({0, 90});
  });
  ASSERT_TRUE(loaded) << loaded.error().reason;
  const Rating& rating = loaded->framework("pytorch")->ratings.at("production_readiness");
  EXPECT_FALSE(rating.settled());
  EXPECT_EQ(rating.high - rating.score, 30) << "a third of 90";
}

TEST(RatingParts, AScoreBesideThemCountsInTheirPlace) {
  const auto loaded = with_rating("production_readiness", [](Json& rating) { rating["score"] = 12; });
  ASSERT_TRUE(loaded) << loaded.error().reason;
  const Rating& rating = loaded->framework("pytorch")->ratings.at("production_readiness");
  EXPECT_EQ(rating.score, 12);
  EXPECT_TRUE(rating.parts.empty());
  EXPECT_FALSE(rating.evidence.empty());
}

TEST(RatingErrors, SayWhatIsMissingOrMisspelt) {
  EXPECT_THAT(why_refused("production_readiness", [](Json& rating) { rating["parts"].erase("edge"); }),
              HasSubstr("does not rate \"edge\""));
  EXPECT_THAT(
      why_refused("production_readiness", [](Json& rating) { rating["parts"]["edgy"] = rating["parts"]["edge"]; }),
      HasSubstr("edgy"));
  EXPECT_NE(why_refused("production_readiness", [](Json& rating) { rating.erase("parts"); }), "was taken");
  EXPECT_NE(why_refused("ease_of_use", [](Json& rating) { rating["score"] = Json::array({60, 40}); }), "was taken");
  EXPECT_NE(why_refused("ease_of_use", [](Json& rating) { rating["score"] = Json::array({60, 101}); }), "was taken");
}

TEST(RatingEvidence, SupportsTheFactorItStandsUnder) {
  // ADO-06 is about stars, MOD-11 about downloads.
  for (const char* id : {"ADO-06", "MOD-11"})
    for (const char* factor : {"ease_of_use", "model_availability", "learning_resources"})
      EXPECT_THAT(why_refused(factor, [&](Json& rating) { rating["evidence"].push_back(id); }),
                  HasSubstr("is about adoption, which shows nothing of"))
          << id << " " << factor;
  for (const Citation& citation : shipped().evidence) EXPECT_FALSE(citation.topic.empty()) << citation.id;
}

TEST(Statistics, SayOfWhenTheyAre) {
  for (const Statistic& statistic : shipped().statistics) {
    const std::string date = shipped().citation(statistic.evidence.front())->date;
    EXPECT_THAT(statistic.sentence, HasSubstr(date.substr(0, 4))) << statistic.value;
  }
  for (const Statistic& statistic : shipped().statistics)
    if (statistic.sentence.find("downloads") != std::string::npos)
      EXPECT_THAT(statistic.sentence, HasSubstr("jax")) << "no share without saying of what";
}

}  // namespace
}  // namespace rigfit
