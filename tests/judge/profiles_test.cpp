// The shipped profiles and rating sets.
#include "fact_names/os.hpp"
#include "judge/machine.hpp"
#include "judge/recommend/answers.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Machine tpu() { return linux_x86().device("tpu", State::ready, {{"architecture", "v5e"}, {"kind", "tpu"}}); }
Machine mac() {
  Machine machine("darwin", "aarch64");
  machine.device("mps", State::ready, {{"architecture", "apple_m3"}});
  return machine;
}

Answers answers_for(const Machine& machine, const Wishes& wishes) {
  auto answers = answer(shipped(), machine.facts, diagnose(shipped(), machine.facts), wishes);
  EXPECT_TRUE(answers) << answers.error();
  return answers ? std::move(*answers) : Answers{};
}

Recommendation with_profile(const Machine& machine, const char* profile) {
  Wishes wishes;
  wishes.profile = profile;
  return answers_for(machine, wishes).framework;
}

Recommendation runtime_with(const Machine& machine, const char* profile) {
  Wishes wishes;
  wishes.profile = profile;
  auto runtime = answers_for(machine, wishes).runtime;
  EXPECT_TRUE(runtime) << profile;
  return runtime ? std::move(*runtime) : Recommendation{};
}

std::string first_of(const Recommendation& result) {
  return result.ranking.places.empty() ? "" : result.ranking.table.options[result.ranking.places[0].option];
}

/// A score on the scale of the sheet that the profiles are from: the mean of the five factors, plus a point per step of
/// fit. With fit as a factor of six tenths of the other points, total = (mean + 0.6 × fit) / 1.6.
double score_of(const Recommendation& result, const char* id) {
  for (const Place& place : result.ranking_of_all.places)
    if (result.ranking_of_all.table.options[place.option] == id)
      return (1.6 * static_cast<double>(place.total) / static_cast<double>(result.ranking_of_all.points_total) - 30) /
             10;
  ADD_FAILURE() << id << " is no candidate";
  return 0;
}

TEST(Profiles, GiveTheWorkedResults) {
  struct Row {
    const char* profile;
    Machine machine;
    const char* framework;
    double score;
  };
  // The sheet's results, but for what its evidence does not bear: downloads and stars are no ease of use, no models and
  // no learning resources (PyTorch's ease, JAX's and the runtimes' courses), JAX is served on TPUs, MLX's server is not
  // for production, and what a fit is by the words of its scale (JAX on TPUs 100).
  const std::vector<Row> rows{{"research", h100(), "jax", 6.52},
                              {"research", h100(), "mlx", 4.81},
                              {"research", h100(), "tensorflow", 4.46},
                              {"research", linux_x86(), "jax", 6.52},
                              {"edge", linux_x86(), "pytorch", 8.19},
                              {"edge", linux_x86(), "tensorflow", 7.52},
                              {"edge", linux_x86(), "jax", 4.75},
                              {"tpu-training", tpu(), "jax", 10.55},
                              {"education", linux_x86(), "tensorflow", 5.99},
                              {"education", linux_x86(), "mlx", 4.59},
                              {"education", linux_x86(), "jax", 4.24}};
  for (const Row& row : rows)
    EXPECT_NEAR(score_of(with_profile(row.machine, row.profile), row.framework), row.score, 0.03)
        << row.profile << " " << row.framework;
  const std::vector<Row> runtimes{
      {"edge", linux_x86(), "litert", 9.88},       {"edge", linux_x86(), "executorch", 8.17},
      {"edge", linux_x86(), "onnxruntime", 7.90},  {"edge", linux_x86(), "llamacpp", 7.00},
      {"local-inference", mac(), "mlx", 9.50},     {"local-inference", mac(), "onnxruntime", 5.83},
      {"local-inference", h100(), "pytorch", 8.65}};
  for (const Row& row : runtimes)
    EXPECT_NEAR(score_of(runtime_with(row.machine, row.profile), row.framework), row.score, 0.03)
        << row.profile << " " << row.framework;
}

// ---- The second list

TEST(Runtimes, AreAskedForByEdgeAndLocalInferenceOnly) {
  for (const Profile& profile : shipped().profiles) {
    Wishes wishes;
    wishes.profile = profile.id;
    const Answers answers = answers_for(linux_x86(), wishes);
    EXPECT_EQ(answers.runtime.has_value(), profile.id == "edge" || profile.id == "local-inference") << profile.id;
    for (const Candidate& candidate : answers.framework.candidates)
      EXPECT_EQ(candidate.rule->role, "framework") << profile.id << ": a runtime trains nothing";
  }
  EXPECT_FALSE(answers_for(linux_x86(), {}).runtime);
}

TEST(Runtimes, FitTheMachine) {
  const Recommendation edge = runtime_with(linux_x86(), "edge");
  EXPECT_EQ(first_of(edge), "litert");
  EXPECT_THAT(edge.install, HasSubstr("ai-edge-litert"));
  EXPECT_THAT(edge.check, HasSubstr("ai_edge_litert"));
  const Recommendation local = runtime_with(linux_x86(), "local-inference");
  EXPECT_EQ(first_of(local), "llamacpp");
  EXPECT_THAT(local.install, HasSubstr("llama-cpp-python"));
  EXPECT_THAT(local.build_note, HasSubstr("C++ compiler"));
  const Recommendation on_mac = runtime_with(mac(), "local-inference");
  EXPECT_TRUE(first_of(on_mac) == "mlx" || first_of(on_mac) == "llamacpp");
  EXPECT_TRUE(on_mac.ranking.too_close);
  const Recommendation on_gpu = runtime_with(h100(), "local-inference");
  EXPECT_EQ(first_of(on_gpu), "llamacpp");
  EXPECT_EQ(on_gpu.candidate("llamacpp")->support.best_platform_after, "cuda");
  EXPECT_EQ(on_gpu.candidate("onnxruntime")->support.best_platform, "cuda");
}

TEST(Runtimes, NoneIsNamedWhereNoneRuns) {
  Machine musl = linux_x86();
  musl.facts.host.set(fact::os::libc, std::string("musl"), {});
  musl.facts.host.set(fact::os::glibc_version, Fact::of_none("musl"));
  const Recommendation edge = runtime_with(musl, "edge");
  EXPECT_TRUE(edge.install.empty());
}

TEST(Runtimes, AreLeftOutWhereCandidatesOrRatingsAreNamed) {
  Wishes wishes;
  wishes.profile = "edge";
  wishes.candidates = {"pytorch", "litert"};
  EXPECT_FALSE(answers_for(linux_x86(), wishes).runtime);
  EXPECT_EQ(answers_for(linux_x86(), wishes).framework.candidates.size(), 2u);
  wishes.candidates.clear();
  wishes.ratings = "seed";
  wishes.profile = "edge";
  const Machine machine = linux_x86();
  EXPECT_TRUE(answer(shipped(), machine.facts, diagnose(shipped(), machine.facts), wishes));
}

TEST(Runtimes, ADemandForOneListSaysNothingOfTheOther) {
  Wishes wishes;
  wishes.profile = "edge";
  wishes.demands = {"framework=onnxruntime"};
  Answers answers = answers_for(linux_x86(), wishes);
  EXPECT_EQ(first_of(answers.framework), "pytorch");
  EXPECT_EQ(first_of(*answers.runtime), "onnxruntime");
  wishes.demands = {"framework=jax"};
  answers = answers_for(linux_x86(), wishes);
  EXPECT_EQ(first_of(answers.framework), "jax");
  EXPECT_EQ(first_of(*answers.runtime), "litert");
}

TEST(Profiles, GiveReasonsWithTheirSources) {
  const Recommendation edge = runtime_with(linux_x86(), "edge");
  ASSERT_GE(edge.because.size(), 3u);
  for (const CitedSentence& reason : edge.because)
    for (const std::string& id : reason.evidence) EXPECT_NE(shipped().citation(id), nullptr) << id;
  EXPECT_FALSE(edge.because.back().evidence.empty());
}

TEST(Profiles, SayWhatAnExpertWould) {
  EXPECT_EQ(first_of(with_profile(h100(), "research")), "pytorch");
  EXPECT_EQ(first_of(with_profile(tpu(), "tpu-training")), "jax");
  EXPECT_EQ(first_of(with_profile(tpu(), "production")), "jax")
      << "what leaves the TPU idle is not first by other factors";
  EXPECT_EQ(first_of(with_profile(linux_x86(), "education")), "pytorch");
  EXPECT_EQ(first_of(with_profile(linux_x86(), "edge")), "pytorch");
  EXPECT_EQ(first_of(with_profile(tpu(), "local-inference")), "jax");
  const std::string local = first_of(with_profile(mac(), "local-inference"));
  EXPECT_TRUE(local == "mlx" || local == "pytorch") << local;
  EXPECT_NE(first_of(with_profile(mac(), "production")), "tensorflow");
}

TEST(Profiles, HaveReasonsAndCitedFits) {
  ASSERT_GE(shipped().profiles->size(), 6u);
  for (const Profile& profile : shipped().profiles) {
    EXPECT_FALSE(profile.reasons.empty()) << profile.id;
    for (const auto* list : {&profile.reasons, &profile.advice})
      for (const CitedSentence& sentence : *list) EXPECT_FALSE(sentence.evidence.empty()) << sentence.sentence;
    ASSERT_TRUE(profile.fit) << profile.id;
    for (const FitRating& row : profile.fit->ratings) EXPECT_FALSE(row.rating.evidence.empty()) << profile.id;
    int points = 0;
    for (const auto& [factor, value] : profile.points) points += value;
    EXPECT_EQ(profile.fit->points * 10, points * 6) << profile.id << ": fit is worth six tenths of the others together";
  }
}

TEST(Profiles, KeepTheirOldNames) {
  ASSERT_NE(shipped().profile("local-llm"), nullptr);
  EXPECT_EQ(shipped().profile("local-llm")->id, "local-inference");
}

TEST(Profiles, AddOneFactorThatIsSeen) {
  const Recommendation result = with_profile(h100(), "research");
  ASSERT_EQ(result.factors.size(), 6u);
  EXPECT_EQ(result.factors.back().id, "fit");
  EXPECT_EQ(result.ranking.table.factors.back(), "fit");
  EXPECT_EQ(result.candidate("jax")->ratings.at("fit").score, 67);
  Wishes wishes;
  wishes.points = {{"fit", 3}};
  const Machine machine = h100();
  EXPECT_FALSE(recommend(shipped(), machine.facts, diagnose(shipped(), machine.facts), wishes)) << "no profile, no fit";
}

TEST(Profiles, NarrowAFactorToTheirPurpose) {
  EXPECT_EQ(with_profile(linux_x86(), "edge").candidate("tensorflow")->ratings.at("production_readiness").score, 80);
  EXPECT_EQ(linux_x86().recommended().candidate("tensorflow")->ratings.at("production_readiness").score, 57);
  // Servers for language models 20 and for other models 70; devices do not count there.
  EXPECT_EQ(with_profile(linux_x86(), "production").candidate("tensorflow")->ratings.at("production_readiness").score,
            45);
  const Rating local =
      with_profile(linux_x86(), "local-inference").candidate("tensorflow")->ratings.at("production_readiness");
  EXPECT_EQ(local.score, 20);
  EXPECT_THAT(local.sentence, HasSubstr("serve language models")) << "said of the one part that counts";
  for (const std::string& id : local.evidence)
    EXPECT_NE(id, "PRD-13") << "what LiteRT shows does not count for servers";
}

TEST(Profiles, AFrameworkNobodyRatedMayBeAnythingAndComesBehindWhatIsKnown) {
  Wishes wishes;
  wishes.profile = "edge";
  wishes.candidates = {"pytorch", "tensorflow", "mlx"};
  const Recommendation result = answers_for(linux_x86(), wishes).framework;
  const Rating& fit = result.candidate("mlx")->ratings.at("fit");
  EXPECT_EQ(fit.score, 0);
  EXPECT_EQ(fit.high, 100);
  EXPECT_TRUE(fit.evidence.empty());
  const Table& table = result.ranking_of_all.table;
  const std::size_t k = table.factors.size() - 1;
  ASSERT_EQ(table.factors[k], "fit");
  for (std::size_t i = 0; i < table.options.size(); ++i)
    if (table.options[i] != "mlx") EXPECT_GE(table.scores[i][k], table.scores[2][k]) << table.options[i];
  EXPECT_NE(result.ranking_of_all.by_factor[k].winner, std::optional<std::size_t>(2));
  EXPECT_THAT(result.cautions, testing::Contains(HasSubstr("of MLX is not established (0 to 100 of 100)")));
}

TEST(Profiles, OnlyWhatRunsOnTpusFitsTpusWhateverThisMachineIs) {
  const Machine two = h100().device("cuda", State::ready, {{"compute_capability", "9.0"}});
  const Recommendation result = with_profile(two, "tpu-training");
  const int mlx = result.candidate("mlx")->ratings.at("fit").high;
  for (const char* id : {"jax", "pytorch", "tensorflow"})
    EXPECT_GT(result.candidate(id)->ratings.at("fit").score, mlx) << id;
  EXPECT_NE(first_of(result), "mlx");
}

TEST(Profiles, AHigherTotalThatIsNotFirstIsExplained) {
  const Recommendation result = tpu().recommended();
  EXPECT_EQ(first_of(result), "jax");
  EXPECT_FALSE(result.candidate("pytorch")->adequate);
  std::string because;
  for (const CitedSentence& one : result.because) because += one.sentence + "\n";
  EXPECT_THAT(because, HasSubstr("PyTorch has the higher total"));
  EXPECT_THAT(because, HasSubstr("60 of 100 (vendor plugin: TorchTPU"));
  EXPECT_THAT(because, HasSubstr("runs on the accelerator here"));
  EXPECT_THAT(because, testing::Not(HasSubstr("has code for"))) << "nobody lists what TPU wheels have code for";
  // Where the first has the highest total there is nothing to explain.
  for (const CitedSentence& one : h100().recommended().because)
    EXPECT_THAT(one.sentence, testing::Not(HasSubstr("higher total")));
}

// ---- The page that this tool grew from

Recommendation seed_on(const Machine& machine) {
  Wishes wishes;
  wishes.ratings = "seed";
  return machine.recommended(wishes);
}

TEST(Seed, IsTwoTwoAndATie) {
  const Recommendation result = seed_on(linux_x86());
  ASSERT_EQ(result.candidates.size(), 2u);
  const Ranking& all = result.ranking_of_all;
  EXPECT_EQ(all.places[0].wins, 2);
  EXPECT_EQ(all.places[1].wins, 2);
  EXPECT_EQ(all.tied_factors, 1);
  EXPECT_TRUE(all.first_is_tied);
  EXPECT_THAT(result.verdict, HasSubstr("PyTorch is default"));
  EXPECT_EQ(result.candidate("tensorflow")->choose_when.size(), 3u);
}

TEST(Seed, IsAdaptedByTheHardware) {
  const Recommendation result = seed_on(mac());
  EXPECT_FALSE(result.candidate("tensorflow")->adequate) << "no release of it uses Metal any more";
  ASSERT_EQ(result.ranking.places.size(), 1u);
  EXPECT_EQ(result.ranking.table.options[0], "pytorch");
}

TEST(Seed, SaysOfEachFactorWhatTodaysEvidenceIs) {
  const RatingSet* seed = shipped().rating_set("seed");
  ASSERT_NE(seed, nullptr);
  for (const Factor& factor : shipped().factors) {
    ASSERT_TRUE(seed->today.count(factor.id)) << factor.id;
    const RatingSet::Today& today = seed->today.at(factor.id);
    EXPECT_FALSE(today.because.sentence.empty());
    EXPECT_FALSE(today.because.evidence.empty());
  }
}

TEST(Seed, KnowsTwoFrameworksOnly) {
  Wishes wishes;
  wishes.ratings = "seed";
  wishes.candidates = {"pytorch", "jax"};
  const Machine machine = linux_x86();
  const auto result = recommend(shipped(), machine.facts, diagnose(shipped(), machine.facts), wishes);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), HasSubstr("jax"));
}

TEST(Seed, IsNotTheDefault) {
  EXPECT_EQ(linux_x86().recommended().ratings, "evidence");
  Wishes wishes;
  wishes.ratings = "evidence";
  EXPECT_EQ(linux_x86().recommended(wishes).ranking_of_all.places[0].total,
            linux_x86().recommended().ranking_of_all.places[0].total);
}

}  // namespace
}  // namespace rigfit
