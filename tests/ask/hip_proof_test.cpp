#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "collect/collect.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

/// `question` as `rigfit ask` answers it with the fakes in `folder`, one of which misbehaves.
Answer answer_to(const std::string& question, const std::string& folder, const std::string& hip = "",
                 const std::string& hiprtc = "") {
  CollectOptions options;
  options.self = ASKER;
  options.child_seconds = hip == "hang" || hip == "kernel-hangs" ? 1 : 20;
  options.child_environment = {"LD_LIBRARY_PATH=" FAKES "/" + folder, "FAKE_HIP=" + hip, "FAKE_HIPRTC=" + hiprtc,
                               "RIGFIT_PROVE_MIB=2", "RIGFIT_PROVE_SECONDS=1"};
  const std::size_t space = question.find(' ');
  const Request request = ask(question.substr(0, space), {question.substr(space + 1)});
  const auto nothing_more = [](const Evidence&) { return Requests{}; };
  return collect({request}, nothing_more, options).value().at(key_of(request));
}

nlohmann::json document(const Answer& answer) {
  EXPECT_TRUE(answer.found()) << answer.why << answer.err;
  return answer.found() ? nlohmann::json::parse(answer.text) : nlohmann::json::object();
}

nlohmann::json proof_of(const std::string& address, const std::string& hip = "", const std::string& hiprtc = "",
                        const std::string& folder = "behaved") {
  return document(answer_to("prove-rocm " + address, folder, hip, hiprtc));
}

TEST(ProveRocm, EachDeviceByItsAddress) {
  for (const auto& [address, target] : {std::pair{"0000:03:00.0", "gfx1100"}, {"0000:0a:00.0", "gfx90a"}}) {
    const auto proof = proof_of(address);
    EXPECT_EQ(proof["passed"], true) << proof;
    EXPECT_EQ(proof["architecture"], target);
    EXPECT_EQ(proof["elements"], 1 << 18) << "of 2 MiB, half for the input";
    EXPECT_LE(proof["memory_bytes"], 2 << 20);
    EXPECT_GT(proof["bandwidth"]["bytes_per_second"], 0);
  }
}

TEST(ProveRocm, AWrongResultIsFoundAndCounted) {
  const auto wrong = proof_of("0000:03:00.0", "wrong");
  EXPECT_EQ(wrong["passed"], false);
  EXPECT_EQ(wrong["wrong"]["count"], 1);
  EXPECT_EQ(wrong["wrong"]["index"], (1 << 18) - 1);
  EXPECT_NE(wrong["wrong"]["got"], wrong["wrong"]["expected"]);
  EXPECT_EQ(proof_of("0000:03:00.0", "does-nothing")["wrong"]["count"], 1 << 18)
      << "what lay there before is never right";
}

TEST(ProveRocm, ACopyThatArrivesWrongIsFound) {
  const auto proof = proof_of("0000:03:00.0", "bad-copy");
  EXPECT_EQ(proof["passed"], false);
  EXPECT_EQ(proof["wrong"]["what"], "copy");
  EXPECT_EQ(proof["wrong"]["count"], 1);
}

TEST(ProveRocm, OneDeviceFailsAndTheOtherPasses) {
  EXPECT_EQ(proof_of("0000:03:00.0", "second-fails")["passed"], true);
  const auto second = proof_of("0000:0a:00.0", "second-fails");
  EXPECT_EQ(second["passed"], false);
  EXPECT_EQ(second["error"]["call"], "hipMalloc");
  EXPECT_EQ(second["error"]["name"], "hipErrorOutOfMemory");
}

TEST(ProveRocm, EachStepTellsItsFailure) {
  EXPECT_EQ(proof_of("0000:03:00.0", "no-device")["error"]["name"], "hipErrorNoDevice");
  EXPECT_EQ(proof_of("0000:55:00.0")["error"]["call"], "hipDeviceGetPCIBusId");
  const auto compile = proof_of("0000:03:00.0", "", "compile-error");
  EXPECT_EQ(compile["error"]["call"], "hiprtcCompileProgram");
  EXPECT_EQ(compile["log"], "error: unknown target CPU");
  const auto run = proof_of("0000:03:00.0", "no-code");
  EXPECT_EQ(run["error"]["name"], "hipErrorInvalidDeviceFunction");
  EXPECT_EQ(run["error"]["code"], 98);
}

TEST(ProveRocm, WithoutACompilerNothingIsTried) {
  const auto proof = proof_of("0000:03:00.0", "", "", "old");
  if (!proof.contains("untried")) GTEST_SKIP() << "this machine has libhiprtc";
  EXPECT_EQ(proof["passed"], false);
  EXPECT_FALSE(proof.contains("error"));
}

TEST(ProveRocm, CrashAndHangStayInTheChild) {
  EXPECT_EQ(answer_to("prove-rocm 0000:03:00.0", "behaved", "fault").signal, SIGABRT);
  EXPECT_EQ(answer_to("prove-rocm 0000:03:00.0", "behaved", "kernel-hangs").outcome, Outcome::timed_out);
}

}  // namespace
}  // namespace rigfit
