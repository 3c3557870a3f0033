#include "judge/recommend/demands.hpp"

#include "fact_names/device.hpp"
#include "fact_names/memory.hpp"
#include "judge/machine.hpp"

namespace rigfit {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(const char* text) {
  const auto demand = parse_demand(text);
  return demand ? "(no error)" : demand.error();
}

Wishes demanding(std::vector<std::string> texts, std::vector<std::string> candidates = {}) {
  Wishes wishes;
  wishes.candidates = std::move(candidates);
  for (const std::string& text : texts) {
    auto demand = parse_demand(text);
    if (!demand) {
      ADD_FAILURE() << demand.error();
      continue;
    }
    wishes.demands.push_back(*demand);
  }
  return wishes;
}

std::vector<std::string> removed_by(const Recommendation& result) {
  std::vector<std::string> ids;
  for (const std::size_t n : result.removed) ids.push_back(result.candidates[n].rule->id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string because_of(const Recommendation& result, const char* id) {
  const Candidate* candidate = result.candidate(id);
  return candidate && !candidate->unmet.empty() ? candidate->unmet.front().because : "";
}

TEST(Demand, IsUnderstood) {
  EXPECT_EQ(parse_demand("memory>=24GiB")->least, std::int64_t{24} << 30);
  EXPECT_EQ(parse_demand("memory>=1.5 GB")->least, 1'500'000'000);
  EXPECT_THAT(parse_demand("platform=cuda,rocm")->values, ElementsAre("cuda", "rocm"));
  EXPECT_THAT(parse_demand("os=macos")->values, ElementsAre("darwin"));
  EXPECT_THAT(parse_demand("arch=arm64")->values, ElementsAre("aarch64"));
  EXPECT_EQ(parse_demand("ease_of_use>=60")->factor, "ease_of_use");
  EXPECT_EQ(parse_demand("offline")->kind, Demand::Kind::offline);
}

TEST(Demand, OfAnotherKindIsRefusedWithAReason) {
  for (const char* bad : {"",
                          "=",
                          "platform",
                          "platform=",
                          "platform=gpu",
                          "platform=cuda,",
                          "memory=24GiB",
                          "memory>=24",
                          "memory>=lots",
                          "memory>=-1GiB",
                          "memory>24GiB",
                          "memory<=2GiB",
                          "python=4",
                          "python=three",
                          "python=3.12,3.13",
                          "os=beos",
                          "arch=vax",
                          "offline=no",
                          "colour=red",
                          "ease_of_use>=101",
                          "ease_of_use>=x",
                          "memory>=99999999999999TiB"})
    EXPECT_THAT(error_of(bad), HasSubstr("--require")) << bad;
}

TEST(Demands, APlatformThatIsNotHereRemovesAllAndNamesTheNearest) {
  const Recommendation result = linux_x86().recommended(demanding({"platform=tpu"}));
  EXPECT_TRUE(result.ranking.places.empty());
  EXPECT_EQ(result.removed.size(), result.candidates.size());
  EXPECT_THAT(because_of(result, "pytorch"), HasSubstr("no tpu"));
  EXPECT_EQ(result.install, "");
}

TEST(Demands, APlatformThatIsHereKeepsWhoUsesIt) {
  const Recommendation result = h100().recommended(demanding({"platform=cuda"}));
  ASSERT_FALSE(result.ranking.places.empty());
  for (const Place& place : result.ranking.places)
    EXPECT_EQ(result.candidate(result.ranking.table.options[place.option])->support.best_platform_after, "cuda");
}

TEST(Demands, AnUnknownPlatformKeepsTheCandidateAndSaysSo) {
  Machine machine = linux_x86();
  machine.facts.platform("tpu")->state = State::unknown;
  const Recommendation result = machine.recommended(demanding({"platform=tpu"}));
  EXPECT_TRUE(result.removed.empty());
  EXPECT_THAT(result.cautions, testing::Contains(HasSubstr("platform=tpu could not be checked")));
}

TEST(Demands, PythonTakesAwayTheBuildsThatLackIt) {
  const Recommendation result = linux_x86().recommended(demanding({"python=3.14"}));
  EXPECT_THAT(removed_by(result), testing::Contains("tensorflow")) << "it has no wheel for 3.14";
  EXPECT_THAT(because_of(result, "tensorflow"), HasSubstr("Python 3.14"));
  EXPECT_NE(result.candidate("pytorch"), nullptr);
  EXPECT_FALSE(result.candidate("pytorch")->removed());
  EXPECT_TRUE(linux_x86().recommended(demanding({"python=3.12"})).removed.empty());
}

TEST(Demands, MemoryIsThatOfTheLargestDeviceAndForgivesWhatDriversKeep) {
  const auto removed_with = [](std::int64_t mib, const char* demand) {
    Machine machine = h100();
    machine.facts.platform("cuda")->devices[0].facts.set(fact::device::memory_total_bytes, mib << 20, {});
    return removed_by(machine.recommended(demanding({demand}, {"pytorch"}))).size();
  };
  EXPECT_EQ(removed_with(24564, "memory>=24GiB"), 0u) << "an RTX 4090";
  EXPECT_EQ(removed_with(81559, "memory>=80GiB"), 0u) << "an H100";
  EXPECT_EQ(removed_with(15360, "memory>=16GiB"), 1u) << "a T4 has 15";
  EXPECT_EQ(removed_with(24564, "memory>=32GiB"), 1u);
  const Recommendation unknown = h100().recommended(demanding({"memory>=1GiB"}, {"pytorch"}));
  EXPECT_TRUE(unknown.removed.empty()) << "not known is not too little";
  EXPECT_FALSE(unknown.candidate("pytorch")->unmet.empty());
}

TEST(Demands, WithoutAcceleratorsMemoryIsThatOfTheMachine) {
  Machine machine = linux_x86();
  machine.facts.host.set(fact::memory::usable_bytes, std::int64_t{8} << 30, {});
  EXPECT_TRUE(machine.recommended(demanding({"memory>=8GiB"})).removed.empty());
  EXPECT_FALSE(machine.recommended(demanding({"memory>=9GiB"})).removed.empty());
}

TEST(Demands, SystemsAndArchitecturesAreThoseOfPublishedBuilds) {
  const Recommendation result = linux_x86().recommended(demanding({"os=windows"}));
  EXPECT_TRUE(result.removed.empty()) << "MLX has wheels for Windows since 0.32";
  EXPECT_TRUE(linux_x86().recommended(demanding({"os=macos"})).removed.empty());
  EXPECT_TRUE(linux_x86().recommended(demanding({"arch=aarch64"})).removed.empty());
}

TEST(Demands, OfflineTellsHowToCarryItOver) {
  const Recommendation result = linux_x86().recommended(demanding({"offline"}, {"pytorch"}));
  ASSERT_EQ(result.offline.size(), 2u);
  EXPECT_THAT(result.offline[0], HasSubstr("download --dest wheels \"torch"));
  EXPECT_THAT(result.offline[1], AllOf(HasSubstr("--no-index --find-links wheels"), HasSubstr("torch"),
                                       testing::Not(HasSubstr("--index-url"))));
  EXPECT_TRUE(linux_x86().recommended().offline.empty());
}

TEST(Demands, OfflineCommandsKeepQuotesAndDropIndexes) {
  EXPECT_THAT(
      offline_commands("pip3 install \"torch<2.15\" torchvision --index-url https://example.org/whl/cu126"),
      ElementsAre("pip3 download --dest wheels \"torch<2.15\" torchvision --index-url https://example.org/whl/cu126",
                  "pip3 install --no-index --find-links wheels \"torch<2.15\" torchvision"));
  EXPECT_TRUE(offline_commands("brew install llama.cpp").empty());
  EXPECT_TRUE(offline_commands("").empty());
}

TEST(Demands, AFactorCanBeDemanded) {
  const Recommendation result = linux_x86().recommended(demanding({"production_readiness>=50"}));
  for (const Candidate& candidate : result.candidates)
    EXPECT_EQ(candidate.removed(), candidate.ratings.at("production_readiness").score < 50) << candidate.rule->id;
}

TEST(Demands, AFrameworkCanBeDemanded) {
  const Recommendation result = linux_x86().recommended(demanding({"framework=jax"}));
  ASSERT_EQ(result.ranking.places.size(), 1u);
  EXPECT_EQ(result.ranking.table.options[0], "jax");
  EXPECT_EQ(result.removed.size(), result.candidates.size() - 1);
}

TEST(Demands, TheNearestLacksLeast) {
  const Recommendation result =
      linux_x86().recommended(demanding({"platform=tpu", "framework=jax", "learning_resources>=30"}));
  ASSERT_FALSE(result.removed.empty());
  EXPECT_EQ(result.candidates[result.removed.front()].rule->id, "jax") << "it lacks the TPU only";
}

TEST(Demands, NamesThatTheRulesDoNotKnowAreRefused) {
  const Machine machine = linux_x86();
  for (const char* text : {"framework=torch", "colour>=3"}) {
    const auto result = recommend(shipped(), machine.facts, diagnose(shipped(), machine.facts), demanding({text}));
    EXPECT_FALSE(result) << text;
  }
}

}  // namespace
}  // namespace rigfit
