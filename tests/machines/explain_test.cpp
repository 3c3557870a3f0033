// Every explanation ends at a link or at bytes of evidence, on every machine here.
#include "report/explain/explain.hpp"

#include <gmock/gmock.h>

#include "machines/recordings.hpp"
#include "report/report.hpp"

namespace rigfit {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

Analysis analysis_of(const Recording& recording) {
  auto analysis = analyze(shared_rules(), recording.evidence);
  EXPECT_TRUE(analysis);
  return analysis ? std::move(*analysis) : Analysis{shared_rules(), {}};
}

const Recording& recording_named(const std::string& name) {
  for (const Recording& one : recordings())
    if (one.name == name) return one;
  ADD_FAILURE() << "there is no machine " << name;
  return recordings().front();
}

std::string explained(const Report& report, const std::string& item) {
  const auto text = explain_text(report, item, {});
  if (!text) ADD_FAILURE() << item << " is not explained";
  return text.value_or("");
}

TEST(Explain, EndsAtALinkOrAtBytesOfEvidence) {
  for (const char* name : {"cuda/ready-open-module", "rocm/blocked-kfd-denied", "host/no-accelerator"}) {
    const Recording& recording = recording_named(name);
    const Analysis report = analysis_of(recording);
    for (const std::string& item : explainable_items(report))
      EXPECT_THAT(explained(report, item),
                  AnyOf(HasSubstr("https://"), HasSubstr("| "), HasSubstr("Read from:"), HasSubstr("Because: "),
                        HasSubstr("No answer of the machine"), HasSubstr("No layer of it was read")))
          << name << ": " << item;
  }
}

TEST(Explain, GoesDownToWhatWasRead) {
  const Analysis report = analysis_of(recording_named("cuda/ready-open-module"));
  EXPECT_THAT(explained(report, "cuda.driver_version"),
              testing::AllOf(HasSubstr("file:/proc/driver/nvidia/version"), HasSubstr("| NVRM version:")));
  EXPECT_THAT(explained(report, "platforms.cuda.driver_version"), HasSubstr("| NVRM version:"));
  EXPECT_THAT(explained(report, "file:/proc/driver/nvidia/version"), HasSubstr("| NVRM version:"));
  EXPECT_THAT(explained(report, "pytorch-2.15-cuda13/driver"),
              testing::AllOf(HasSubstr("driver: yes"), HasSubstr("| NVRM version:"), HasSubstr("https://")));
}

TEST(Explain, SaysWhyAFindingHoldsAndWhyNot) {
  const Analysis denied = analysis_of(recording_named("rocm/blocked-kfd-denied"));
  ASSERT_FALSE(denied.diagnosis.findings.empty());
  const std::string fired = denied.diagnosis.findings.front().id;
  EXPECT_THAT(explained(denied, fired),
              testing::AllOf(HasSubstr("It was found on this machine"), HasSubstr("https://")));
  const Analysis fine = analysis_of(recording_named("cuda/ready-open-module"));
  EXPECT_THAT(explained(fine, fired), testing::AllOf(testing::Not(HasSubstr("It was found")), HasSubstr("https://")));
}

TEST(Explain, TellsTotalsAsTheSumsTheyAre) {
  const Analysis report = analysis_of(recording_named("cuda/ready-open-module"));
  const Place& first = report.recommendation->ranking.places.front();
  const std::string id = report.recommendation->ranking.table.options[first.option];
  for (const std::string& item : {id + ".total", "ranking." + id + ".score", std::string("ranking.0.score"),
                                  "frameworks." + id + ".total", id + ".wins"})
    EXPECT_THAT(explained(report, item),
                testing::AllOf(HasSubstr(std::to_string(first.total) + " / 100 = "), HasSubstr("Its rank is 1 of"),
                               HasSubstr("https://"), HasSubstr("| ")))
        << item;
  EXPECT_EQ(explained(report, "frameworks.pytorch.hardware_support.today"),
            explained(report, "pytorch.hardware_support"));
  EXPECT_EQ(explained(report, "frameworks.jax.factors.ease_of_use.score"), explained(report, "jax.ease_of_use"));
}

TEST(Explain, TellsProfilesStatisticsAndOtherRatings) {
  const Analysis report = analysis_of(recording_named("host/no-accelerator"));
  EXPECT_THAT(explained(report, "edge"), testing::AllOf(HasSubstr("Production readiness"), HasSubstr("LiteRT"),
                                                        HasSubstr("Fit for the edge"), HasSubstr("https://")));
  EXPECT_EQ(explained(report, "local-llm"), explained(report, "local-inference"));
  EXPECT_THAT(explained(report, "seed"),
              testing::AllOf(HasSubstr("Why it differs from today's evidence"), HasSubstr("TorchServe"),
                             HasSubstr("Today ("), HasSubstr("https://")));
  const std::string all = explained(report, "statistics");
  for (const Statistic& statistic : built_in_rules().statistics) {
    EXPECT_THAT(explained(report, statistic.value), HasSubstr("https://"));
    EXPECT_THAT(all, HasSubstr(statistic.value));
  }
}

TEST(Explain, AnswersTheWordsThatArePrinted) {
  const Analysis report = analysis_of(recording_named("cuda/ready-open-module"));
  for (const std::string& word : explainable_words()) EXPECT_GT(explained(report, word).size(), 30u) << word;
  for (const State state :
       {State::not_applicable, State::absent, State::blocked, State::ready, State::proven, State::unknown})
    EXPECT_NE(explained(report, std::string(name_of(state))), "");
  for (std::size_t n = 0; n < layer_count; ++n)
    EXPECT_NE(explained(report, std::string(name_of(static_cast<Layer>(n)))), "");
  for (const char* word : {"ok", "total", "ease", "models", "production", "hardware", "learning", "adequacy", "settled",
                           "likely", "open", "Fix first", "not applicable", "kernel driver"})
    EXPECT_NE(explained(report, word), "");
  for (const char* word :
       {"CUDA", "bf16", "sm_90", "Cause", "does not apply", "first-class", "PyTorch", "driver_branch"})
    EXPECT_NE(explained(report, word), "") << word;
  EXPECT_THAT(explained(report, "CUDA"),
              testing::AllOf(HasSubstr("NVIDIA's GPUs"), HasSubstr("cuda.state: ready"), HasSubstr("| ")));
  EXPECT_EQ(explained(report, "CUDA"), explained(report, "cuda"));
  EXPECT_EQ(explained(report, "pytorch.build"), explained(report, "pytorch-2.15-cuda13"));
  EXPECT_THAT(explained(report, "room"),
              testing::AllOf(HasSubstr("https://arxiv.org"), HasSubstr("usable, 90% of it")));
}

TEST(Explain, KnowsNothingOfOtherWords) {
  const Analysis report = analysis_of(recording_named("host/no-accelerator"));
  for (const char* item : {"", ".", "/", "pytorch.", "pytorch.elephants", "cuda.devices.9.name", "cuda.devices..",
                           "REL", "ranking.99.score", "ranking.", "frameworks.", "runtime.x.total", "64%"})
    EXPECT_FALSE(explain_text(report, item, {})) << item;
}

}  // namespace
}  // namespace rigfit
