#include "judge/recommend/target_os.hpp"

#include "judge/machine.hpp"

namespace rigfit {
namespace {

Recommendation recommended_under(Machine machine, const char* os) {
  machine.facts = retargeted(machine.facts, os);
  return machine.recommended();
}

TEST(Retarget, KeepsTheHardwareAndForgetsTheSystem) {
  Machine machine = h100();
  machine.facts.host.set("memory.total_bytes", std::int64_t{1} << 36, {});
  const Facts facts = retargeted(machine.facts, "windows");
  EXPECT_EQ(*facts.host.get<std::string>("os.family"), "windows");
  EXPECT_EQ(*facts.host.get<std::string>("host.arch"), "x86_64");
  EXPECT_NE(facts.host.get<std::int64_t>("memory.total_bytes"), nullptr);
  EXPECT_TRUE(facts.host.at("os.glibc_version").is_unknown());
  EXPECT_TRUE(facts.host.at("python.version").is_unknown());
  const Platform& cuda = *facts.platform("cuda");
  EXPECT_EQ(cuda.state, State::unknown);
  EXPECT_TRUE(cuda.facts.at("driver_version").is_unknown()) << "the driver there is another";
  EXPECT_NE(cuda.devices[0].facts.get<Version>("compute_capability"), nullptr);
  EXPECT_EQ(facts.platform("rocm")->state, State::absent) << "no system makes hardware";
}

TEST(Retarget, ToTheSameSystemChangesNothing) {
  const Machine machine = h100();
  const Facts facts = retargeted(machine.facts, "linux");
  EXPECT_EQ(facts.platform("cuda")->state, State::ready);
  EXPECT_FALSE(facts.host.at("os.glibc_version").is_unknown());
}

TEST(Retarget, AppleGpusHaveMetalUnderMacosOnly) {
  Machine machine("darwin", "aarch64");
  machine.device("mps", State::ready, {{"architecture", "apple_m3"}});
  const Facts facts = retargeted(machine.facts, "linux");
  EXPECT_EQ(facts.platform("mps")->state, State::not_applicable);
  EXPECT_TRUE(facts.platform("mps")->devices.empty());
  EXPECT_EQ(retargeted(h100().facts, "darwin").platform("mps")->state, State::absent);
}

TEST(Retarget, WindowsHasNoTensorFlowForGpus) {
  const Recommendation linux_one = h100().recommended(), windows_one = recommended_under(h100(), "windows");
  EXPECT_TRUE(linux_one.candidate("tensorflow")->adequate);
  EXPECT_FALSE(windows_one.candidate("tensorflow")->adequate);
  ASSERT_FALSE(windows_one.ranking.places.empty());
  EXPECT_EQ(windows_one.ranking.table.options[windows_one.ranking.places[0].option], "pytorch");
}

}  // namespace
}  // namespace rigfit
