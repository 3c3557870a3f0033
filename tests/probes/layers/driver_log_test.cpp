#include "probes/layers/driver_log.hpp"

#include <gmock/gmock.h>

#include <array>

#include "fact_names/device.hpp"
#include "probes/rocm/amdgpu_log.hpp"

namespace rigfit {
namespace {

constexpr std::array<DriverMessage, 3> messages{{
    {"kfd kfd:", "PCI rejects atomics", "pcie_atomics"},
    {"xe ", "force_probe", "force_probe_needed"},
    {"amdgpu", "Direct firmware load for ", "firmware_missing"},
}};

TEST(DriverLog, NamesTheDeviceByItsAddressOrItsId) {
  const auto complaints = parse_driver_log(
      "[    5.0] kfd kfd: amdgpu: skipped device 1002:7FF, PCI rejects atomics 0<0\n"
      "Nov 26 10:00:00 host kernel: amdgpu 0000:C3:00.0: Direct firmware load for amdgpu/x.bin failed with error -2\n"
      "xe 0000:03:00.0: [drm] Your graphics device e20b is not officially supported, use xe.force_probe='e20b'\n"
      "amdgpu 0000:c3:00.0: amdgpu: all is well\nkfd kfd: device 1002:, PCI rejects atomics\n"
      "[   21.4] [drm:psp_init [amdgpu]] *ERROR* Direct firmware load for amdgpu/y.bin failed\n",
      messages);
  ASSERT_EQ(complaints.size(), 5u);
  EXPECT_EQ(complaints[0].word, "pcie_atomics");
  EXPECT_EQ(complaints[0].pci_device, "07ff");
  EXPECT_EQ(complaints[0].line, "kfd kfd: amdgpu: skipped device 1002:7FF, PCI rejects atomics 0<0");
  EXPECT_EQ(complaints[1].pci_address, "0000:c3:00.0");
  EXPECT_EQ(complaints[1].pci_device, "");
  EXPECT_EQ(complaints[2].word, "force_probe_needed");
  EXPECT_EQ(complaints[3].pci_device, "");
  EXPECT_EQ(complaints[4].line, "[drm:psp_init [amdgpu]] *ERROR* Direct firmware load for amdgpu/y.bin failed");
}

Device device_with(const char* address, const char* id, Truth driver) {
  Device device;
  device.facts.set(fact::device::pci_address, std::string(address), {});
  device.facts.set(fact::device::pci_device, std::string(id), {});
  device.layers.set(Layer::kernel_driver, driver, "");
  return device;
}

Evidence log_of(const std::string& text) {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = text;
  Evidence evidence;
  evidence.set("file:/dev/kmsg", answer);
  return evidence;
}

TEST(DriverLog, IsReadForTheDeviceThatItIsAbout) {
  Platform platform;
  platform.devices = {device_with("0000:03:00.0", "744c", Truth::no), device_with("0000:c3:00.0", "164e", Truth::yes)};
  read_driver_log(log_of("Linux version 6.1\namdgpu 0000:03:00.0: Direct firmware load for amdgpu/old.bin\n"
                         "Linux version 6.8\nkfd kfd: amdgpu: skipped device 1002:744c, PCI rejects atomics 1<2\n"),
                  messages, platform);
  EXPECT_EQ(to_text(platform.devices[0].facts.at_by_name("log_says")), "pcie_atomics");
  EXPECT_TRUE(platform.devices[1].facts.at_by_name("log_says").none);
  EXPECT_EQ(to_text(platform.facts.at_by_name("log_says")), "pcie_atomics");
}

// "kfd kfd: amdgpu: PITCAIRN  not supported in kfd" names neither address nor id.
TEST(DriverLog, AMessageWithoutDeviceIsAboutTheOnlyOneThatIsNotServed) {
  Platform platform;
  platform.id = "rocm";
  platform.devices = {device_with("0000:03:00.0", "6811", Truth::no), device_with("0000:c3:00.0", "164e", Truth::yes)};
  read_amdgpu_log(log_of("kfd kfd: amdgpu: PITCAIRN  not supported in kfd\n"), platform);
  EXPECT_EQ(to_text(platform.devices[0].facts.at_by_name("kfd_refuses")), "old");
  EXPECT_TRUE(platform.devices[0].facts.at_by_name("architecture").none);
  EXPECT_FALSE(platform.devices[1].facts.has_by_name("kfd_refuses"));
  platform.devices[1].layers.set(Layer::kernel_driver, Truth::no, "");
  for (Device& device : platform.devices) device.facts = {};
  read_amdgpu_log(log_of("kfd kfd: amdgpu: PITCAIRN  not supported in kfd\n"), platform);
  for (const Device& device : platform.devices) EXPECT_FALSE(device.facts.has_by_name("kfd_refuses"));
  EXPECT_EQ(to_text(platform.facts.at_by_name("log_says")), "not_supported_in_kfd");
}

TEST(DriverLog, ThatMayNotBeReadLeavesItUnknown) {
  Answer denied;
  denied.outcome = Outcome::denied;
  Evidence evidence;
  evidence.set("file:/dev/kmsg", denied);
  Platform platform;
  platform.devices = {device_with("0000:03:00.0", "744c", Truth::no)};
  read_driver_log(evidence, messages, platform);
  EXPECT_TRUE(platform.devices[0].facts.at_by_name("log_says").is_unknown());
  EXPECT_TRUE(platform.facts.at_by_name("log_says").is_unknown());
}

TEST(DriverLog, KfdRefusesOldChipsByNameAndNewOnesByTheirGraphicsBlock) {
  EXPECT_EQ(kfd_refusal_in("kfd kfd: amdgpu: TAHITI  not supported in kfd"), "old");
  EXPECT_EQ(kfd_refusal_in("kfd kfd: amdgpu: GC IP 0b0004  not supported in kfd"), "new");
  EXPECT_EQ(kfd_refusal_in("kfd kfd: amdgpu: GC IP 080100 VF not supported in kfd"), "old");
  EXPECT_EQ(kfd_refusal_in("kfd kfd: amdgpu: GC IP zz not supported in kfd"), "new");
  EXPECT_EQ(kfd_refusal_in("kfd kfd: added device 1002:744c"), "");
}

}  // namespace
}  // namespace rigfit
