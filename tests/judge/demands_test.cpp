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
  const auto demand = parse_demand(text, shipped());
  return demand ? "(no error)" : demand.error();
}

Condition condition_of(const char* text) {
  const auto demand = parse_demand(text, shipped());
  if (!demand) ADD_FAILURE() << demand.error();
  return demand ? demand->condition : Condition{};
}

Wishes demanding(std::vector<std::string> texts, std::vector<std::string> candidates = {}) {
  Wishes wishes;
  wishes.candidates = std::move(candidates);
  wishes.demands = std::move(texts);
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

TEST(Demand, IsACondition) {
  EXPECT_EQ(condition_of("memory>=24GiB").wanted, std::vector<Value>{std::int64_t{24} << 30});
  EXPECT_EQ(condition_of("memory>=1.5 GB").wanted, std::vector<Value>{std::int64_t{1'500'000'000}});
  EXPECT_EQ(condition_of("platform=cuda,rocm"), condition_of("platform in [cuda, rocm]"));
  EXPECT_EQ(condition_of("python=3.13"), condition_of("python = 3.13"));
  EXPECT_EQ(condition_of("offline"), condition_of("offline = yes"));
  EXPECT_EQ(condition_of("cuda"), condition_of("platform = cuda"));
  EXPECT_EQ(condition_of("pytorch"), condition_of("framework = pytorch"));
  EXPECT_EQ(condition_of("(pytorch or jax) and not container").parts.size(), 2u);
  EXPECT_EQ(condition_of("pytorch>=2.8").wanted, std::vector<Value>{*Version::parse("2.8")});
  for (const char* good : {"os=macos", "os = linux", "arch=arm64", "arch=amd64", "ease_of_use>=60",
                           "hardware_support > 0", "any(cuda.devices: memory_total >= 24GiB) and not container"})
    EXPECT_EQ(error_of(good), "(no error)");
}

TEST(Demand, OfAnotherKindIsRefusedWithAReason) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "ends too early"},
      {"=", "\"=\" is not understood"},
      {"platform", "expected a comparison"},
      {"platform=", "expected one of cuda"},
      {"platform=gpu", "column 10: \"gpu\" is no value here"},
      {"platform=cuda,", "ends too early"},
      {"platfrom=tpu", "did you mean \"platform\"?"},
      {"memory>=24", "such as 24GiB"},
      {"memory>=lots", "such as 24GiB"},
      {"memory>=-1GiB", "such as 24GiB"},
      {"memory>=99999999999999TiB", "such as 24GiB"},
      {"memory known", "held against a value"},
      {"python=4", "one Python is demanded"},
      {"python=three", "expected a version"},
      {"python=3.12,3.13", "one Python is demanded"},
      {"python>=3.12", "one Python is demanded"},
      {"not python=3.12", "can stand alone or be joined by and"},
      {"python=3.12 or cuda", "can stand alone or be joined by and"},
      {"os=beos", "expected one of linux"},
      {"arch=vax", "expected one of x86_64"},
      {"offline=maybe", "expected yes or no"},
      {"colour=red", "understood are platform"},
      {"ease_of_use>=101", "from 0 to 100"},
      {"ease_of_use>=-1", "from 0 to 100"},
      {"ease_of_use>=x", "expected a whole number"},
      {"framework=torch", "did you mean \"pytorch\"?"},
      {"cuda>=12.4", "\"cuda\" stands alone"},
      {"pytroch>=2.8", "did you mean \"pytorch\"?"},
      {"any(cuda.devices: memory >= 24GiB)", "no fact or condition is named \"memory\""},
  };
  for (const auto& [text, reason] : rows) {
    EXPECT_THAT(error_of(text), AllOf(HasSubstr("the demand"), HasSubstr(text), HasSubstr(reason))) << text;
    const Machine machine = linux_x86();
    EXPECT_FALSE(recommend(shipped(), machine.facts, diagnose(shipped(), machine.facts), demanding({text}))) << text;
  }
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
  const Recommendation result = linux_x86().recommended(demanding({"os=windows"}, {"pytorch", "executorch"}));
  EXPECT_THAT(removed_by(result), ElementsAre("executorch"));
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

TEST(Demands, AVersionAdmitsOnlyThatFrameworkFromThere) {
  const Recommendation newer = linux_x86().recommended(demanding({"pytorch >= 2.0"}));
  ASSERT_EQ(newer.ranking.places.size(), 1u);
  EXPECT_EQ(newer.ranking.table.options[0], "pytorch");
  EXPECT_EQ(because_of(newer, "jax"), "JAX is not pytorch.");
  const Recommendation none = linux_x86().recommended(demanding({"pytorch >= 99"}));
  EXPECT_TRUE(none.ranking.places.empty());
  EXPECT_THAT(because_of(none, "pytorch"), HasSubstr("the newest PyTorch that runs here is "));
  const Recommendation either = linux_x86().recommended(demanding({"pytorch >= 99 or jax"}));
  ASSERT_EQ(either.ranking.places.size(), 1u);
  EXPECT_EQ(either.ranking.table.options[0], "jax");
}

TEST(Demands, PartsAreJoinedAndTurnedRound) {
  const Recommendation without = linux_x86().recommended(demanding({"framework != jax"}));
  EXPECT_THAT(removed_by(without), ElementsAre("jax"));
  EXPECT_THAT(because_of(without, "jax"), HasSubstr("JAX meets framework = jax."));
  const Recommendation both = linux_x86().recommended(demanding({"python = 3.14 and production_readiness >= 0"}));
  EXPECT_THAT(removed_by(both), removed_by(linux_x86().recommended(demanding({"python=3.14"}))));
}

TEST(Demands, FactsOfTheMachineAreTheSameForEveryCandidate) {
  EXPECT_TRUE(linux_x86().recommended(demanding({"os.family = linux and not wsl"})).removed.empty());
  const Recommendation other = linux_x86().recommended(demanding({"os.family = windows"}));
  EXPECT_EQ(other.removed.size(), other.candidates.size());
  EXPECT_EQ(because_of(other, "jax"), "os.family is linux.");
  const Recommendation unknown = linux_x86().recommended(demanding({"os.kernel >= 6.8"}));
  EXPECT_TRUE(unknown.removed.empty());
  EXPECT_THAT(because_of(unknown, "jax"), HasSubstr("os.kernel is unknown"));
  EXPECT_TRUE(h100().recommended(demanding({"count(cuda.devices: compute_capability >= 9.0) = 1"})).removed.empty());
  EXPECT_FALSE(h100().recommended(demanding({"count(cuda.devices: compute_capability >= 9.0) >= 2"})).removed.empty());
}

TEST(Demands, ShortFormsAreTheSameForEveryCandidate) {
  const auto removes_all = [](const char* demand) {
    const Recommendation result = h100().recommended(demanding({demand}));
    EXPECT_TRUE(result.removed.empty() || result.removed.size() == result.candidates.size()) << demand;
    return !result.removed.empty();
  };
  EXPECT_FALSE(removes_all("cuda.devices >= 1"));
  EXPECT_TRUE(removes_all("cuda.devices >= 4"));
  EXPECT_FALSE(removes_all("cuda.driver >= 590"));
  EXPECT_TRUE(removes_all("cuda.driver >= 600"));
  EXPECT_FALSE(removes_all("cuda.compute_capability >= 9.0"));
  EXPECT_TRUE(removes_all("any:cuda.compute_capability >= 10.0"));
  const Recommendation result = h100().recommended(demanding({"cuda.devices >= 4"}));
  EXPECT_EQ(because_of(result, "jax"), "cuda.devices is 1.");
  EXPECT_EQ(because_of(h100().recommended(demanding({"all:cuda.arch = sm_100"})), "jax"), "architecture is sm_90.");
}

TEST(Demands, AnAcceleratorIsUsedOrTheCandidateGoes) {
  const Recommendation with = h100().recommended(demanding({"accelerator"}));
  EXPECT_THAT(with.ranking.table.options, testing::Contains("pytorch"));
  Machine bare = linux_x86();
  for (const char* id : {"gaudi", "neuron", "ascend", "npu"}) {
    Platform platform;
    platform.id = id;
    platform.state = State::absent;
    bare.facts.platforms.push_back(platform);
  }
  const Recommendation without = bare.recommended(demanding({"accelerator"}));
  EXPECT_EQ(without.removed.size(), without.candidates.size());
}

TEST(Demands, AFrameworkMayBeNamedInFull) {
  EXPECT_EQ(removed_by(linux_x86().recommended(demanding({"framework:pytorch >= 2.0"}))),
            removed_by(linux_x86().recommended(demanding({"pytorch >= 2.0"}))));
  EXPECT_THAT(error_of("framework:pytroch >= 2.0"), HasSubstr("did you mean \"framework:pytorch\"?"));
}

TEST(Demands, AMemoryWithinLimits) {
  const auto removes = [](const char* demand) {
    Machine machine = h100();
    machine.facts.platform("cuda")->devices[0].facts.set(fact::device::memory_total_bytes, std::int64_t{80} << 30, {});
    return !machine.recommended(demanding({demand}, {"pytorch"})).removed.empty();
  };
  EXPECT_FALSE(removes("memory >= 16GiB and memory <= 80GiB"));
  EXPECT_TRUE(removes("memory < 80GiB"));
  EXPECT_TRUE(removes("memory > 80GiB"));
}

}  // namespace
}  // namespace rigfit
