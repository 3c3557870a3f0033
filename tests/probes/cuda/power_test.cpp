#include "probes/cuda/power.hpp"

#include <gmock/gmock.h>

#include "fact_names/device.hpp"

namespace rigfit {
namespace {

TEST(Power, ReadsBbswitch) {
  EXPECT_TRUE(bbswitch_says_off("0000:01:00.0 OFF\n", "0000:01:00.0"));
  EXPECT_FALSE(bbswitch_says_off("0000:01:00.0 ON\n", "0000:01:00.0"));
  EXPECT_FALSE(bbswitch_says_off("0000:01:00.0 OFF\n", "0000:02:00.0"));
  EXPECT_FALSE(bbswitch_says_off("", "0000:01:00.0"));
}

TEST(Power, ReadsVgaSwitcheroo) {
  constexpr std::string_view text =
      "0:IGD:+:Pwr:0000:00:02.0\n1:DIS: :DynOff:0000:01:00.0\n2:DIS-Audio: :Off:0000:01:00.1\n";
  EXPECT_EQ(switcheroo_state(text, "0000:01:00.0"), "DynOff");
  EXPECT_EQ(switcheroo_state(text, "0000:00:02.0"), "Pwr");
  EXPECT_EQ(switcheroo_state(text, "0000:01:00.1"), "Off");
  EXPECT_EQ(switcheroo_state(text, "0000:09:00.0"), "");
  EXPECT_EQ(switcheroo_state("0000:01:00.0\n:0000:01:00.0", "0000:01:00.0"), "");
}

PciDevice function(const char* address, const char* vendor, const char* pci_class, bool reads_ones,
                   std::optional<std::string> driver) {
  PciDevice device;
  device.address = address;
  device.vendor = vendor;
  device.pci_class = pci_class;
  device.reads_ones = reads_ones;
  device.driver = std::move(driver);
  return device;
}

/// Whether the GPU at 01:00.0 counts as switched off.
bool is_off(const std::vector<PciDevice>& functions, const Evidence& evidence = {}, const char* xid = nullptr) {
  Platform platform;
  platform.id = "cuda";
  Device& device = platform.devices.emplace_back();
  device.facts.set(fact::device::pci_address, std::string("0000:01:00.0"), {});
  device.facts.set(fact::device::fallen_off, true, {});
  if (xid) device.facts.set(fact::device::xids, std::vector<std::string>{xid}, {});
  read_power(evidence, functions, platform);
  const bool* off = device.facts.get(fact::device::powered_off);
  EXPECT_NE(off && *off, *device.facts.get(fact::device::fallen_off)) << "it is one or the other";
  return off && *off;
}

TEST(Power, TellsASwitchedOffGpuFromALostOne) {
  const PciDevice intel = function("0000:00:02.0", "8086", "0300", false, "i915");
  const PciDevice off = function("0000:01:00.0", "10de", "0302", true, "");
  EXPECT_TRUE(is_off({intel, off}));
  EXPECT_FALSE(is_off({off})) << "nothing else drives the screen";
  EXPECT_FALSE(is_off({intel, off}, {}, "79")) << "the log says that it fell off the bus";
  EXPECT_FALSE(is_off({intel, function("0000:01:00.0", "10de", "0302", true, "nvidia")})) << "its driver lost it";
  EXPECT_FALSE(is_off({intel, function("0000:01:00.0", "10de", "0300", true, "")})) << "a desktop's card";
}

TEST(Power, BelievesTheKernelOnAGpuThatDoesNotComeBack) {
  Evidence evidence;
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = "D3cold\n";
  evidence.set("file:/sys/bus/pci/devices/0000:01:00.0/power_state", answer);
  const PciDevice intel = function("0000:00:02.0", "8086", "0300", false, "i915");
  EXPECT_TRUE(is_off({intel, function("0000:01:00.0", "10de", "0302", false, "")}, evidence));
  EXPECT_FALSE(is_off({intel, function("0000:01:00.0", "10de", "0302", false, "nvidia")}, evidence)) << "it sleeps";
}

TEST(Power, BelievesASwitch) {
  Evidence evidence;
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = "0000:01:00.0 OFF\n";
  evidence.set("file:/proc/acpi/bbswitch", answer);
  EXPECT_TRUE(is_off({function("0000:01:00.0", "10de", "0300", false, "")}, evidence));
}

}  // namespace
}  // namespace rigfit
