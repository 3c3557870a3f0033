#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "collect/collect.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

/// What `rigfit ask hip` answers with the fake in `folder`, which misbehaves as reported.
Answer answer_to(const std::string& question, const std::string& folder, const std::string& behaviour = "") {
  CollectOptions options;
  options.self = ASKER;
  options.child_seconds = behaviour == "hang" ? 0.5 : 20;
  options.child_environment = {"LD_LIBRARY_PATH=" FAKES "/" + folder, "FAKE_HIP=" + behaviour};
  const auto nothing_more = [](const Evidence&) { return Requests{}; };
  return collect({ask(question)}, nothing_more, options).value().ask(question);
}

nlohmann::json document(const Answer& answer) {
  EXPECT_TRUE(answer.found()) << answer.why << answer.err;
  return answer.found() ? nlohmann::json::parse(answer.text) : nlohmann::json::object();
}

TEST(AskHip, Devices) {
  const auto answer = document(answer_to("hip", "behaved"));
  EXPECT_EQ(answer["library"], "libamdhip64.so.7");
  EXPECT_EQ(answer["runtime_version"], "7.2.53211");
  EXPECT_EQ(answer["device_count"], 2);
  EXPECT_EQ(answer["devices"][0]["name"], "AMD Radeon RX 7900 XTX");
  EXPECT_EQ(answer["devices"][0]["architecture"], "gfx1100");
  EXPECT_EQ(answer["devices"][0]["compute_units"], 96);
  EXPECT_EQ(answer["devices"][1]["pci_address"], "0000:0a:00.0");
  EXPECT_EQ(answer["devices"][1]["architecture"], "gfx90a");
  EXPECT_EQ(answer["devices"][1]["features"], "sramecc+:xnack-");
  EXPECT_EQ(answer["devices"][1]["memory_total_bytes"], std::size_t{64} << 30);
}

TEST(AskHip, TheOldLayoutIsReadWhereItIsTheOnlyOne) {
  EXPECT_EQ(document(answer_to("hip", "old"))["devices"][1]["architecture"], "gfx90a");
  EXPECT_FALSE(document(answer_to("hip", "old", "no-target"))["devices"][1].contains("architecture"));
}

TEST(AskHip, ErrorsOfTheLibraryAreAnswers) {
  const auto none = document(answer_to("hip", "behaved", "no-device"));
  EXPECT_EQ(none["device_count"], 0);
  EXPECT_EQ(none["error"]["name"], "hipErrorNoDevice");
  EXPECT_EQ(document(answer_to("hip", "behaved", "old-driver"))["error"]["code"], 35);
}

TEST(AskHip, AFailingDeviceLeavesTheOtherReported) {
  const auto answer = document(answer_to("hip", "behaved", "second-fails"));
  EXPECT_TRUE(answer["devices"][1]["errors"].contains("memory"));
  EXPECT_EQ(answer["devices"][0]["memory_total_bytes"], std::size_t{24} << 30);
}

TEST(AskHip, EveryFailureIsAnAnswerOfItsOwn) {
  EXPECT_EQ(answer_to("hip", "behaved", "crash").signal, SIGSEGV);
  EXPECT_EQ(answer_to("hip", "behaved", "abort").signal, SIGABRT);
  EXPECT_EQ(answer_to("hip", "behaved", "hang").outcome, Outcome::timed_out);
  const Answer symbolless = answer_to("hip", "symbolless");
  EXPECT_EQ(symbolless.outcome, Outcome::failed);
  EXPECT_THAT(symbolless.why, HasSubstr("hipGetDeviceCount"));
  const Answer broken = answer_to("hip", "broken");
  if (broken.found()) GTEST_SKIP() << "this machine has the library";
  EXPECT_EQ(broken.outcome, Outcome::failed);
  EXPECT_THAT(broken.why, HasSubstr("libamdhip64.so.7"));
  EXPECT_TRUE(answer_to("hip", "nowhere").absent());
}

TEST(AskGroups, NumbersAndNoNames) {
  const auto answer = document(answer_to("groups", "nowhere"));
  ASSERT_TRUE(answer["session"].is_array());
  EXPECT_FALSE(answer["session"].empty()) << "every process has a group";
  for (const char* key : {"session", "listed"})
    for (const auto& group : answer[key]) EXPECT_TRUE(group.is_number_unsigned());
  EXPECT_EQ(answer.size(), 2U);
}

}  // namespace
}  // namespace rigfit
