#include "judge/recommend/target_os.hpp"

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "judge/machine.hpp"

namespace rigfit {
namespace {

Recommendation recommended_under(Machine machine, const char* os) {
  machine.facts = retargeted(machine.facts, os);
  return machine.recommended();
}

TEST(Retarget, KeepsTheHardwareAndForgetsTheSystem) {
  Machine machine = h100();
  machine.facts.host.set(fact::memory::total_bytes, std::int64_t{1} << 36, {});
  const Facts facts = retargeted(machine.facts, "windows");
  EXPECT_EQ(*facts.host.get(fact::os::family), "windows");
  EXPECT_EQ(*facts.host.get(fact::host::arch), "x86_64");
  EXPECT_NE(facts.host.get(fact::memory::total_bytes), nullptr);
  EXPECT_TRUE(facts.host.at(fact::os::glibc_version).is_unknown());
  EXPECT_TRUE(facts.host.at(fact::python::version).is_unknown());
  const Platform& cuda = *facts.platform("cuda");
  EXPECT_EQ(cuda.state, State::unknown);
  EXPECT_TRUE(cuda.facts.at(fact::cuda::driver_version).is_unknown()) << "the driver there is another";
  EXPECT_NE(cuda.devices[0].facts.get(fact::device::compute_capability), nullptr);
  EXPECT_EQ(facts.platform("rocm")->state, State::absent) << "no system makes hardware";
}

TEST(Retarget, ToTheSameSystemChangesNothing) {
  const Machine machine = h100();
  const Facts facts = retargeted(machine.facts, "linux");
  EXPECT_EQ(facts.platform("cuda")->state, State::ready);
  EXPECT_FALSE(facts.host.at(fact::os::glibc_version).is_unknown());
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
