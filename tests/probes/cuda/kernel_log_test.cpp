#include "probes/cuda/kernel_log.hpp"

#include <gmock/gmock.h>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Answer answered(Outcome outcome, std::string text = "", std::string err = "") {
  Answer answer;
  answer.outcome = outcome;
  answer.text = std::move(text);
  answer.err = std::move(err);
  return answer;
}

TEST(KernelLog, HasXidsWithAndWithoutTheWordPci) {
  const auto xids = parse_xids(
      "[ 88.1] NVRM: Xid (PCI:0000:2B:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n"
      "NVRM: Xid (0000:03:00): 31, Ch 00000010\nNVRM: Xid (PCI:0000:2b:00\nNVRM: Xid (PCI:x): none\n");
  ASSERT_EQ(xids.size(), 2u);
  EXPECT_EQ(xids[0].pci_address, "0000:2b:00.0");
  EXPECT_EQ(xids[0].number, 79);
  EXPECT_EQ(xids[1].pci_address, "0000:03:00.0");
  EXPECT_THAT(parse_driver_complaints("NVRM: GPU 0000:17:00.0: RmInitAdapter failed! (0x22:0x56:742)\n"),
              ElementsAre("init_failed"));
  EXPECT_THAT(parse_driver_complaints("[  903.6] NVRM: RmInitAdapter: Cannot initialize GSP firmware RM\n"
                                      "[  903.6] NVRM: GPU 0000:98:00.0: RmInitAdapter failed! (0x62:0x65:1792)\n"),
              ElementsAre("init_failed", "gsp_failed"));
  EXPECT_THAT(parse_driver_complaints("something else: RmInitAdapter failed\n"), IsEmpty());
}

// The driver breaks its messages into lines.
TEST(KernelLog, ComplaintsOfSeveralLines) {
  EXPECT_THAT(parse_driver_complaints("[    8.2] NVRM: The NVIDIA GPU 0000:3c:00.0 (PCI ID: 10de:2d04)\n"
                                      "               NVRM: installed in this system is not supported by the\n"
                                      "               NVRM: NVIDIA 550.163.01 driver release.\n"),
              ElementsAre("branch_unsupported"));
  EXPECT_THAT(parse_driver_complaints("NVRM: The NVIDIA GPU 0000:06:00.0 (PCI ID: 10de:1b06)\n"
                                      "NVRM: installed in this system is not supported by open\n"
                                      "NVRM: nvidia.ko because it does not include the required GPU\n"
                                      "NVRM: System Processor (GSP).\n"),
              ElementsAre("open_module_unsupported"));
  EXPECT_THAT(parse_driver_complaints("NVRM: The NVIDIA GPU 0000:09:00.0 (PCI ID: 10de:1b80)\n"
                                      "NVRM: This NVIDIA driver is not compatible with this NVIDIA GPU\n"
                                      "NVRM: because it does not include the required GPU\n"),
              ElementsAre("open_module_unsupported"));
  EXPECT_THAT(parse_driver_complaints("NVRM: This PCI I/O region assigned to your NVIDIA device is invalid:\n"
                                      "NVRM: BAR1 is 0M @ 0x0 (PCI:0000:13:00.0)\n"),
              ElementsAre("region_invalid"));
  EXPECT_THAT(parse_driver_complaints("NVRM: GPU 0000:13:00.0: GPU does not have the necessary power cables "
                                      "connected.\nNVRM: GPU 0000:13:00.0: RmInitAdapter failed! (0x24:0x1c:1447)\n"),
              ElementsAre("init_failed", "power_cable_missing"));
  EXPECT_THAT(parse_driver_complaints("nvidia: disagrees about version of symbol module_layout\n"),
              ElementsAre("symbols_differ"));
  EXPECT_THAT(parse_driver_complaints("nvidia_peermem: disagrees about version of symbol ib_unregister\n"), IsEmpty());
  EXPECT_THAT(parse_driver_complaints("NVRM: The NVIDIA vGPU 0000:00:05.0 (PCI ID: 10de:2bb5)\n"
                                      "NVRM: installed in this system is not supported by open\nNVRM: nvidia.ko.\n"),
              ElementsAre("vgpu_unsupported"));
  EXPECT_THAT(parse_driver_complaints("NVRM: API mismatch: the client has the version 535.5, but\n"),
              ElementsAre("version_mismatch"));
  EXPECT_THAT(parse_driver_complaints("nvidia: module verification failed: signature missing\n"),
              ElementsAre("module_unsigned"));
  for (const char* other : {"", "NVRM:", "NVRM: loading NVIDIA UNIX driver release", "zfs: module verification failed"})
    EXPECT_THAT(parse_driver_complaints(other), IsEmpty()) << other;
}

TEST(KernelLog, NamesTheBranchOfAGpuThatTheDriverIgnores) {
  const auto by_product = parse_ignored_gpus(
      "[    3.1] NVRM: The NVIDIA GeForce GT 710 GPU installed in this system is\n"
      "          NVRM:  supported through the NVIDIA 470.xx Legacy drivers. Please\n"
      "          NVRM:  information.  The 535.129.03 NVIDIA driver will ignore\n          NVRM:  this GPU.\n");
  ASSERT_EQ(by_product.size(), 1u);
  EXPECT_EQ(by_product[0].subject, "GeForce GT 710 GPU");
  EXPECT_EQ(by_product[0].branch, "470");
  const auto by_address = parse_ignored_gpus(
      "NVRM: The NVIDIA GPU 0000:05:00.0 (PCI ID: 10de:0a65)\nNVRM: installed in this system is supported through the\n"
      "NVRM: NVIDIA 340.xx Legacy drivers. Please visit\n");
  ASSERT_EQ(by_address.size(), 1u);
  EXPECT_EQ(by_address[0].subject, "GPU 0000:05:00.0 (PCI ID: 10de:0a65)");
  EXPECT_EQ(by_address[0].branch, "340");
  for (const char* other :
       {"", "NVRM: supported through the NVIDIA x", "supported through the NVIDIA 470.xx Legacy drivers"})
    EXPECT_THAT(parse_ignored_gpus(other), IsEmpty()) << other;
  EXPECT_THAT(
      parse_driver_complaints("NVRM: The NVIDIA GPU 0000:17:00.0 (PCI ID: 10de:2b85)\n"
                              "NVRM: installed in this system requires use of the NVIDIA open kernel modules.\n"),
      ElementsAre("open_module_required"));
}

TEST(KernelLog, NamesTheActionThatAnXid154EndsWith) {
  const auto action = [](const std::string& message) {
    const auto xids = parse_xids("NVRM: Xid (PCI:0000:17:00): 154, " + message + "\n");
    return xids.empty() ? "" : recovery_action_in(xids[0]);
  };
  EXPECT_EQ(action("GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)"),
            "node reboot required");
  EXPECT_EQ(action("GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)"), "none");
  EXPECT_EQ(action("GPU recovery action changed from 0x0 (None) to 0x2 (Node Reb"), "");
  EXPECT_EQ(action("GPU recovery action changed"), "");
  EXPECT_EQ(recovery_action_in({"0000:17:00.0", 79, "from 0x0 (None) to 0x2 (Node Reboot Required)"}), "");
}

TEST(KernelLog, CountsFromTheLastStartOnly) {
  const std::string old = "[0.0] Linux version 6.8\n[9.9] old\n", last = "Linux version 6.9\n[1.0] new\n";
  EXPECT_EQ(since_last_boot(old + last), last);
  EXPECT_EQ(since_last_boot("[1.0] no start in it\n"), "[1.0] no start in it\n");
  EXPECT_EQ(since_last_boot(""), "");
}

TEST(KernelLog, GivesAnXidToTheDeviceAtItsAddress) {
  Evidence evidence;
  evidence.set("command:dmesg", answered(Outcome::found,
                                         "NVRM: Xid (PCI:0000:17:00): 79, lost\n"
                                         "NVRM: Xid (PCI:0000:e1:00): 31, fault\n"));
  Platform platform;
  platform.devices.resize(2);
  platform.devices[0].facts.set(fact::device::pci_address, std::string("0000:17:00.0"), {});
  platform.devices[1].facts.set(fact::device::pci_address, std::string("0000:18:00.0"), {});
  read_kernel_log(evidence, platform);
  EXPECT_EQ(to_text(platform.devices[0].facts.at(fact::device::xids)), "79");
  EXPECT_FALSE(platform.devices[1].facts.has(fact::device::xids));
  EXPECT_EQ(to_text(platform.facts.at(fact::cuda::xids_elsewhere)), "31 at 0000:e1:00.0");
}

// A log that may not be read is not a log without complaints.
TEST(KernelLog, IsUnknownWhereItMayNotBeRead) {
  const auto says = [](std::vector<std::pair<std::string, Answer>> answers) {
    Evidence evidence;
    for (auto& [key, answer] : answers) evidence.set(key, std::move(answer));
    Platform platform;
    read_kernel_log(evidence, platform);
    return platform.facts.at(fact::cuda::kernel_log_says);
  };
  const Fact denied =
      says({{"file:/dev/kmsg", answered(Outcome::denied)}, {"command:dmesg", answered(Outcome::denied)}});
  EXPECT_TRUE(denied.is_unknown());
  EXPECT_THAT(denied.because, testing::HasSubstr("may not be read"));
  EXPECT_TRUE(says({{"command:dmesg", answered(Outcome::found, "", "dmesg: Operation not permitted")}}).is_unknown());
  EXPECT_TRUE(says({{"file:/dev/kmsg", answered(Outcome::absent)}}).is_unknown());
  EXPECT_TRUE(says({{"file:/dev/kmsg", answered(Outcome::found)}}).none);
  const Fact journal =
      says({{"file:/dev/kmsg", answered(Outcome::denied)},
            {"command:journalctl -k", answered(Outcome::found, "NVRM: Xid (PCI:0000:01:00): 31, x\n")}});
  ASSERT_TRUE(journal.value);
  EXPECT_EQ(to_text(*journal.value), "xid_31");
}

}  // namespace
}  // namespace rigfit
