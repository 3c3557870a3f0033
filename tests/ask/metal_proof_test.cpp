// Metal is played by a fake that computes on the CPU; macOS itself was never at hand.
#include "ask/asking.hpp"

namespace rigfit {
namespace {

Answer prove_with(const std::string& behaviour, const std::string& index = "0") {
  return ask_fake(ask("prove-mps", {index}), "mac", "", 20,
                  {"FAKE_METAL=" + behaviour, "RIGFIT_PROVE_MIB=1", "RIGFIT_PROVE_SECONDS=1"});
}

TEST(ProveMetal, TheKernelRunsAndEveryElementIsCompared) {
  const auto answer = document(prove_with(""));
  EXPECT_EQ(answer["passed"], true) << answer.dump();
  EXPECT_EQ(answer["name"], "Apple M4");
  EXPECT_EQ(answer["elements"], (1 << 20) / 4);
  EXPECT_EQ(answer["memory_bytes"], 1 << 20) << "the limit holds";
  EXPECT_FALSE(answer.contains("error"));
}

TEST(ProveMetal, AWrongNumberIsSeen) {
  const auto answer = document(prove_with("wrong"));
  EXPECT_EQ(answer["passed"], false);
  EXPECT_EQ(answer["wrong"]["count"], 1);
  EXPECT_EQ(answer["wrong"]["index"], (1 << 20) / 8);
}

TEST(ProveMetal, AKernelThatDidNothingIsNotTakenForOneThatRan) {
  EXPECT_GT(document(prove_with("idle"))["wrong"]["count"], 200'000);
}

TEST(ProveMetal, EachStepsFailureIsReported) {
  const auto compiler = document(prove_with("no-compiler"));
  EXPECT_EQ(compiler["error"]["call"], "newLibraryWithSource:options:error:");
  EXPECT_THAT(compiler["error"]["text"].get<std::string>(), testing::HasSubstr("unknown type name"));
  EXPECT_FALSE(compiler.contains("elements"));
  for (const auto& [behaviour, call] : {std::pair{"no-memory", "newBufferWithBytes:length:options:"},
                                        {"gpu-error", "commit"},
                                        {"nil", "MTLCopyAllDevices"}}) {
    const auto answer = document(prove_with(behaviour));
    EXPECT_EQ(answer["passed"], false) << behaviour;
    EXPECT_EQ(answer["error"]["call"], call) << behaviour;
  }
  EXPECT_EQ(document(prove_with("", "7"))["error"]["call"], "MTLCopyAllDevices");
}

TEST(ProveMetal, AKernelThatDoesNotEndIsGivenUp) { EXPECT_EQ(document(prove_with("slow"))["late"], "kernel"); }

TEST(ProveMetal, ACrashAndABadIndexAreReported) {
  EXPECT_EQ(prove_with("crash").outcome, Outcome::crashed);
  EXPECT_EQ(prove_with("", "first").outcome, Outcome::failed);
}

}  // namespace
}  // namespace rigfit
