// Level Zero is played by a fake that interprets the kernel; no Intel GPU was ever at hand.
#include "ask/asking.hpp"
#include "ask/level_zero/level_zero_api.hpp"

namespace rigfit {
namespace {

Answer prove_with(const std::string& script = "", const std::string& library = "behaved",
                  const std::string& address = "0000:03:00.0") {
  return ask_fake(ask("prove-xpu", {address}), library, script, 20, {"RIGFIT_PROVE_MIB=1"});
}

// Sizes and offsets as the C headers of the specification give them on 64-bit machines.
TEST(ProveXpu, StructuresAreLaidOutAsSpecified) {
  using namespace level_zero;
  EXPECT_EQ(sizeof(QueueGroup), 40u);
  EXPECT_EQ(sizeof(QueueDescription), 40u);
  EXPECT_EQ(offsetof(ModuleDescription, size), 24u);
  EXPECT_EQ(sizeof(ModuleDescription), 56u);
  EXPECT_EQ(offsetof(KernelDescription, name), 24u);
}

TEST(ProveXpu, TheKernelRunsAndEveryElementIsCompared) {
  for (const char* address : {"0000:03:00.0", "0000:04:00.0"}) {
    const auto answer = document(prove_with("devices=2", "behaved", address));
    EXPECT_EQ(answer["passed"], true) << answer.dump();
    EXPECT_EQ(answer["elements"], (1 << 20) / 4);
    EXPECT_EQ(answer["memory_bytes"], 1 << 20) << "the limit holds";
  }
}

TEST(ProveXpu, AWrongResultIsFoundAndCounted) {
  const auto wrong = document(prove_with("wrong"))["wrong"];
  EXPECT_EQ(wrong["count"], 1);
  EXPECT_EQ(wrong["index"], (1 << 20) / 4 - 1);
  EXPECT_GT(document(prove_with("idle"))["wrong"]["count"], 200'000);
}

TEST(ProveXpu, AKernelThatIsNotTakenSaysNothingOfTheGpu) {
  const auto answer = document(prove_with("bad-module"));
  EXPECT_EQ(answer["passed"], false);
  EXPECT_TRUE(answer.contains("untried")) << answer.dump();
  EXPECT_FALSE(answer.contains("error"));
  EXPECT_THAT(answer["log"].get<std::string>(), testing::HasSubstr("cut"));
  EXPECT_THAT(document(prove_with("", "without_sysman"))["untried"].get<std::string>(),
              testing::HasSubstr("zeContextCreate"))
      << "an older loader";
}

TEST(ProveXpu, EachStepsFailureIsReported) {
  for (const char* call : {"zeInitDrivers", "zeContextCreate", "zeCommandListCreateImmediate", "zeModuleCreate",
                           "zeMemAllocDevice", "zeCommandListAppendLaunchKernel", "zeCommandListHostSynchronize"}) {
    const auto answer = document(prove_with("status." + std::string(call) + "=1879048193"));
    EXPECT_EQ(answer["passed"], false) << call;
    EXPECT_EQ(answer["error"]["call"], call);
    EXPECT_EQ(answer["error"]["text"], "device lost") << call;
  }
  EXPECT_EQ(document(prove_with("", "behaved", "0000:99:00.0"))["error"]["call"], "zeDevicePciGetPropertiesExt");
}

TEST(ProveXpu, AKernelThatDoesNotEndIsGivenUp) {
  EXPECT_EQ(document(prove_with("status.zeCommandListHostSynchronize=1"))["late"], "kernel");
}

TEST(ProveXpu, ACrashAndAMissingLibraryAreReported) {
  EXPECT_EQ(prove_with("crash=zeModuleCreate").outcome, Outcome::crashed);
  EXPECT_EQ(prove_with("", "broken").outcome, Outcome::failed);
}

}  // namespace
}  // namespace rigfit
