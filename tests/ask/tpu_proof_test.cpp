// libtpu is played by a fake; no TPU was ever at hand.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "collect/collect.hpp"

namespace rigfit {
namespace {

Answer prove_with(const std::string& behaviour, const std::string& library = FAKES "/tpu/libtpu.so") {
  CollectOptions options;
  options.self = ASKER;
  options.child_seconds = behaviour == "hang" ? 0.3 : 20;
  options.child_environment = {"FAKE_LIBTPU=" + behaviour};
  const auto nothing_more = [](const Evidence&) { return Requests{}; };
  const Request request = ask("prove-tpu", {library});
  return collect({request}, nothing_more, options).value().at(key_of(request));
}

nlohmann::json document(const Answer& answer) {
  EXPECT_TRUE(answer.found()) << answer.why << answer.err;
  return answer.found() ? nlohmann::json::parse(answer.text) : nlohmann::json::object();
}

TEST(ProveTpu, AClientIsMadeAndEnded) {
  const auto answer = document(prove_with(""));
  EXPECT_EQ(answer["api_version"], "0.103");
  EXPECT_EQ(answer["platform"], "tpu");
  EXPECT_EQ(answer["platform_version"], "fake libtpu");
  EXPECT_EQ(answer["addressable_devices"], 4);
  EXPECT_EQ(answer["ended"], true);
  EXPECT_FALSE(answer.contains("error")) << answer.dump();
}

TEST(ProveTpu, ATpuInUseIsReportedInLibtpusWords) {
  const auto answer = document(prove_with("in-use"));
  EXPECT_EQ(answer["error"]["call"], "PJRT_Client_Create");
  EXPECT_EQ(answer["error"]["code"], 10);
  EXPECT_THAT(answer["error"]["text"].get<std::string>(), testing::HasSubstr("pid 1234"));
  EXPECT_FALSE(answer.contains("addressable_devices"));
}

TEST(ProveTpu, AnApiThatIsNotKnownIsNotCalled) {
  for (const char* behaviour : {"null", "short", "major"})
    EXPECT_EQ(document(prove_with(behaviour))["error"]["call"], "GetPjrtApi") << behaviour;
}

TEST(ProveTpu, EveryFailureIsAnAnswerOfItsOwn) {
  EXPECT_EQ(prove_with("crash").outcome, Outcome::crashed);
  EXPECT_EQ(prove_with("hang").outcome, Outcome::timed_out);
  EXPECT_EQ(prove_with("", "/nowhere/libtpu.so").outcome, Outcome::absent);
  EXPECT_EQ(prove_with("", FAKES "/mac/libobjc.A.dylib").outcome, Outcome::failed) << "a library without GetPjrtApi";
}

}  // namespace
}  // namespace rigfit
