// Metal is asked through fakes of it and of the Objective-C runtime: macOS itself was never at hand.
#include "probes/mps/metal.hpp"

#include <gmock/gmock.h>

#include "collect/collect.hpp"

namespace rigfit {
namespace {

Answer ask_with(const std::string& folder, const std::string& behaviour) {
  CollectOptions options;
  options.self = ASKER;
  options.child_environment = {"LD_LIBRARY_PATH=" FAKES "/" + folder, "FAKE_METAL=" + behaviour};
  const auto nothing_more = [](const Evidence&) { return Requests{}; };
  return collect({ask("metal")}, nothing_more, options).value().ask("metal");
}

TEST(AskMetal, ADeviceIsDescribed) {
  const Answer answer = ask_with("mac", "");
  ASSERT_TRUE(answer.found()) << answer.why << answer.err;
  const MetalDevices metal = parse_metal(answer.text);
  ASSERT_EQ(metal.devices.size(), 1u);
  EXPECT_EQ(metal.devices[0].name, "Apple M4");
  EXPECT_EQ(metal.devices[0].architecture, "applegpu_g16g");
  EXPECT_EQ(metal.devices[0].working_set_bytes, 11453251584);
  EXPECT_EQ(metal.devices[0].max_buffer_bytes, 8589934592);
  EXPECT_EQ(metal.devices[0].unified_memory, true);
  EXPECT_EQ(metal.devices[0].low_power, false);
  EXPECT_EQ(apple_family(metal.devices[0].families), "Apple 9");
}

TEST(AskMetal, AnOldSystemIsAskedOnlyWhatItKnows) {
  const Answer answer = ask_with("mac", "old");
  ASSERT_TRUE(answer.found()) << answer.why << answer.err;
  const MetalDevices metal = parse_metal(answer.text);
  ASSERT_EQ(metal.devices.size(), 1u);
  EXPECT_EQ(metal.devices[0].architecture, "");
  EXPECT_EQ(metal.devices[0].max_buffer_bytes, std::nullopt);
  EXPECT_THAT(metal.devices[0].families, testing::IsEmpty());
}

TEST(AskMetal, NoDeviceIsAnAnswer) {
  for (const char* behaviour : {"nil", "empty"}) {
    const Answer answer = ask_with("mac", behaviour);
    ASSERT_TRUE(answer.found()) << behaviour << ": " << answer.why;
    EXPECT_TRUE(parse_metal(answer.text).answered);
    EXPECT_TRUE(parse_metal(answer.text).devices.empty());
  }
}

TEST(AskMetal, ACrashAndAMissingFrameworkAreReported) {
  EXPECT_EQ(ask_with("mac", "crash").outcome, Outcome::crashed);
  EXPECT_EQ(ask_with("nowhere", "").outcome, Outcome::absent);
  EXPECT_EQ(ask_with("mac-without-metal", "").outcome, Outcome::absent);
}

}  // namespace
}  // namespace rigfit
