#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "collect/collect.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

Answer ask_with(const std::string& library, const std::string& behaviour = "") {
  CollectOptions options;
  options.self = ASKER;
  options.child_seconds = behaviour == "hang" ? 0.3 : 20;
  options.child_environment = {"LD_LIBRARY_PATH=" FAKES "/" + library, "FAKE_NVML=" + behaviour};
  const auto nothing_more = [](const Evidence&) { return Requests{}; };
  return collect({ask("nvml")}, nothing_more, options).value().ask("nvml");
}

nlohmann::json document(const Answer& answer) {
  EXPECT_TRUE(answer.found()) << answer.why;
  return answer.found() ? nlohmann::json::parse(answer.text) : nlohmann::json::object();
}

TEST(AskNvml, Inventory) {
  const auto answer = document(ask_with("behaved"));
  EXPECT_EQ(answer["driver_version"], "580.82.07");
  EXPECT_EQ(answer["cuda_version"], "13.0");
  EXPECT_EQ(answer["device_count"], 2);
  EXPECT_EQ(answer["devices"][0]["name"], "NVIDIA H100");
  EXPECT_EQ(answer["devices"][0]["pci_address"], "0000:0a:00.0");
  EXPECT_EQ(answer["devices"][0]["compute_capability"], "9.0");
  EXPECT_EQ(answer["devices"][0]["memory_total_bytes"], 85899345920ULL);
  EXPECT_EQ(answer["devices"][1]["pci_address"], "00010000:3b:00.0") << "a domain beyond 16 bits is kept";
  EXPECT_FALSE(answer["devices"][0].contains("mig")) << "not supported is no error and no value";
  EXPECT_FALSE(answer["devices"][0].contains("errors"));
}

TEST(AskNvml, ErrorsOfTheLibraryAreAnswers) {
  EXPECT_EQ(document(ask_with("behaved", "not-loaded"))["error"]["text"], "Driver Not Loaded");
  EXPECT_EQ(document(ask_with("behaved", "mismatch"))["error"]["code"], 18);
}

TEST(AskNvml, ALostDeviceLeavesTheOtherReported) {
  const auto answer = document(ask_with("behaved", "lost"));
  EXPECT_EQ(answer["devices"][0]["errors"]["handle"], "GPU is lost");
  EXPECT_EQ(answer["devices"][1]["name"], "NVIDIA L4");
}

TEST(AskNvml, NamesThatAreNoUtf8StillGiveADocument) {
  EXPECT_THAT(document(ask_with("behaved", "binary"))["devices"][0]["name"], HasSubstr("caf"));
}

TEST(AskNvml, EveryFailureIsAnAnswerOfItsOwn) {
  EXPECT_EQ(ask_with("behaved", "crash").outcome, Outcome::crashed);
  EXPECT_EQ(ask_with("behaved", "crash").signal, SIGSEGV);
  EXPECT_EQ(ask_with("behaved", "hang").outcome, Outcome::timed_out);
  const Answer garbage = ask_with("behaved", "garbage");
  EXPECT_EQ(garbage.outcome, Outcome::failed);
  EXPECT_THAT(garbage.why, HasSubstr("JSON"));
  const Answer symbolless = ask_with("symbolless");
  EXPECT_EQ(symbolless.outcome, Outcome::failed);
  EXPECT_THAT(symbolless.why, HasSubstr("nvmlDeviceGetCount_v2"));
  const Answer broken = ask_with("broken");
  EXPECT_EQ(broken.outcome, Outcome::failed);
  EXPECT_THAT(broken.why, HasSubstr("libnvidia-ml.so.1"));
}

TEST(AskNvml, AMissingLibraryIsAbsent) {
  const Answer missing = ask_with("nowhere");
  if (missing.found()) GTEST_SKIP() << "this machine has the library";
  EXPECT_TRUE(missing.absent()) << missing.why;
}

}  // namespace
}  // namespace rigfit
