// Of the kernel's log only what is understood becomes evidence.
#include "collect/redact.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "collect/collect.hpp"
#include "collect/files.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

// Cut from real logs; numbers and names are made up.
constexpr std::string_view log =
    "4,1200,88000000,-;NVRM: GPU at PCI:0000:9b:00: GPU-12345678-1234-1234-1234-123456789abc\n"
    "4,1201,88000001,-;NVRM: GPU Board Serial Number: 1234567890123\n"
    "4,1202,88000002,-;NVRM: Xid (PCI:0000:9b:00): 119, pid=2024380, name=cache_mgr_main, Timeout after 6s\n"
    "4,1203,88000003,-;NVRM: Xid (PCI:0000:9b:00): 119, pid=1240590, name=python3, Timeout after 6s\n"
    "[Sun Feb 23 16:24:18 2025] lab-host-7 kernel: NVRM: Xid (PCI:0000:9b:00): 79, GPU has fallen off the bus.\n"
    "6,1,2,-;Linux version 6.1.0 (somebody@build)\n"
    "6,2,3,-;usb 1-1: SerialNumber: 0123456789\n SUBSYSTEM=usb\n"
    "3,3,4,-;NVRM: GPU 0000:9b:00.0: RmInitAdapter failed! (0x22:0x56:742)\n"
    "3,3,4,-;EXT4-fs: RmInitAdapter failed\n";

Request reading() { return log_keeping(command("dmesg", {}), {"NVRM: Xid (", "NVRM:*RmInitAdapter failed"}); }

TEST(Keep, OfALogNoSerialNumbersNamesOrProcesses) {
  EXPECT_EQ(kept(log, reading()),
            "NVRM: Xid (PCI:0000:9b:00): 119, pid=x, name=x, Timeout after 6s\n"
            "NVRM: Xid (PCI:0000:9b:00): 79, GPU has fallen off the bus.\n"
            "NVRM: GPU 0000:9b:00.0: RmInitAdapter failed! (0x22:0x56:742)\n");
}

TEST(Keep, OfComplaintsOnlyWhatIsKnown) {
  EXPECT_EQ(kept_complaints("Welcome to heartofgold, zaphod!\n"
                            "Failed to initialize NVML: Driver/library version mismatch\n"
                            "Unable to determine the device handle for GPU GPU-12345678-1234-1234-1234-123456789abc: "
                            "Unknown Error\n"
                            "Unable to determine the device handle for GPU00000000:41:00.0: GPU is lost.\n"
                            "Unable to determine the device handle for board 1650124014249 aa:bb:cc:dd:ee:ff zaphod@x\n"
                            "\n"
                            "serial 0324018045001\n",
                            "nvidia-smi"),
            "Failed to initialize NVML: Driver/library version mismatch\n"
            "Unable to determine the device handle for GPU x: Unknown Error\n"
            "Unable to determine the device handle for GPU00000000:41:00.0: GPU is lost.\n"
            "Unable to determine the device handle for board x x x\n"
            "(2 other lines of stderr not kept)\n");
  EXPECT_EQ(kept_complaints("GPU is lost: 1650124014249:41:00.0 00000000:41:00.0\n", "nvidia-smi"),
            "GPU is lost: x 00000000:41:00.0\n");
  EXPECT_EQ(
      kept_complaints("progress: copying\nlibcuda.so.1: cannot open shared object file: No such file or directory", ""),
      "progress: copying\nlibcuda.so.1: cannot open shared object file: No such file or directory");
  EXPECT_EQ(kept_complaints("No devices were found\n", "rocm-smi"), "(1 other line of stderr not kept)\n");
  EXPECT_EQ(kept_complaints("zaphod", ""), "(1 other line of stderr not kept)\n");
  EXPECT_EQ(kept_complaints("", ""), "");
  EXPECT_EQ(kept_complaints(" \n\n", ""), "");
}

TEST(Keep, OfAToolsListingNoGreeting) {
  Request request = command("nvidia-smi", {});
  request.keep = {"index,", "0", "1"};
  EXPECT_EQ(
      kept("Welcome to heartofgold\nindex, name\n0, NVIDIA H100\n1, NVIDIA H100\nNo devices were found\nBye zaphod\n",
           request),
      "index, name\n0, NVIDIA H100\n1, NVIDIA H100\nNo devices were found\n");
}

TEST(Keep, OfAMacsGraphicsNoDisplays) {
  EXPECT_EQ(
      kept_output(
          "system_profiler",
          "{ \"a\" : [ { \"spdisplays_ndrvs\" : [ { \"_name\" : \"Zaphod's ] \\\" iPad\", \"serial\" : [ \"1\" ] } ],\n"
          "\"sppci_model\" : \"Apple M4\" }, { \"spdisplays_ndrvs\":[] } ] }"),
      "{ \"a\" : [ { \"spdisplays_ndrvs\" : [],\n\"sppci_model\" : \"Apple M4\" }, { \"spdisplays_ndrvs\":[] } ] }");
  for (const char* text : {"\"spdisplays_ndrvs\"", "\"spdisplays_ndrvs\" : 7", ""})
    EXPECT_EQ(kept_output("system_profiler", text), text);
  EXPECT_EQ(kept_output("system_profiler", "\"spdisplays_ndrvs\" : [ {\"cut"), "\"spdisplays_ndrvs\" : []");
  std::string many;
  for (int n = 0; n < 400'000; ++n) many += "\"spdisplays_ndrvs\":[1]";
  EXPECT_EQ(kept_output("system_profiler", many).size(), 400'000u * 21) << "in a moment, not by moving all for each";
}

TEST(Keep, OfMountsOnlyWhatShowsAContainerOrALimit) {
  const std::string mounts =
      "22 1 0:20 / / rw,relatime - nfs4 filer.example.org:/roots/heartofgold rw,addr=10.1.2.3\n"
      "29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
      "30 22 0:50 / /home/zaphod rw - nfs4 filer.example.org:/export/zaphod rw,clientaddr=10.1.2.4\n"
      "31 22 0:51 / /dev/shm rw - tmpfs shm rw,size=65536k\n"
      "32 22 8:1 /usr/bin/nvidia-smi /usr/bin/nvidia-smi ro - ext4 /dev/disk/by-uuid/1234 rw\n"
      "33 22 8:2 / /media/zaphod/PHOTOS rw - vfat /dev/sdb1 rw\n"
      "34 22 0:60 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/ABC\n"
      "nonsense\n";
  EXPECT_EQ(without_strangers("/proc/self/mountinfo", mounts),
            "22 1 0:20 / / rw,relatime - nfs4 x rw\n"
            "29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
            "31 22 0:51 / /dev/shm rw - tmpfs shm rw,size=65536k\n"
            "32 22 8:1 /usr/bin/nvidia-smi /usr/bin/nvidia-smi ro - ext4 x rw\n"
            "34 22 0:60 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/ABC\n");
}

TEST(Keep, NeitherWhoBuiltTheKernelNorComments) {
  EXPECT_EQ(
      without_strangers("/proc/version", "Linux version 6.1.0 (zaphod@heartofgold) (gcc 12.2.0 (Debian)) #1 SMP\n"),
      "Linux version 6.1.0 (x@x) (gcc 12.2.0 (Debian)) #1 SMP\n");
  EXPECT_EQ(without_strangers("/proc/version", "Linux version 6.1.0\n"), "Linux version 6.1.0\n");
  EXPECT_EQ(
      without_strangers(
          "/proc/driver/nvidia/version",
          "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (root@heartofgold)\n"),
      "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (x@x)\n");
  EXPECT_EQ(without_strangers("/etc/modprobe.d/local.conf", "# zaphod, 2025\nblacklist nouveau # by ford\n\n"),
            "blacklist nouveau \n");
  EXPECT_EQ(without_strangers("/etc/os-release", "# x\nID=debian\n"), "# x\nID=debian\n");
}

TEST(Keep, IsBounded) {
  EXPECT_EQ(kept("", reading()), "");
  EXPECT_EQ(kept("NVRM: Xid (", reading()), "NVRM: Xid (\n");
  EXPECT_LE(kept("NVRM: Xid (" + std::string(100000, 'x'), reading()).size(), 301u);
  std::string flood;
  for (int n = 0; n < 5000; ++n) flood += "NVRM: Xid (PCI:0000:01:00): " + std::to_string(n) + "\n";
  EXPECT_LE(kept(flood, reading()).size(), 50'000u);
}

Evidence look(const Requests& requests, const CollectOptions& options = {}) {
  return collect(
             requests, [](const Evidence&) { return Requests{}; }, options)
      .value();
}

TEST(Keep, IsDoneToWhatProgramsPrint) {
  const std::string folder =
      (std::filesystem::temp_directory_path() / ("rigfit-keep-" + std::to_string(::getpid()))).string();
  std::filesystem::create_directories(folder);
  const auto program = [&](const std::string& name, const std::string& body) {
    std::ofstream(folder + "/" + name) << "#!/bin/sh\n" << body << "\n";
    std::filesystem::permissions(folder + "/" + name, std::filesystem::perms::owner_all);
  };
  program("dmesg", "echo somebody >&2; printf '%s' '" + std::string(log) + "'");
  program("journalctl", "echo 'no permission, somebody' >&2; exit 1");
  CollectOptions options;
  options.search_path = {folder};
  const Request journal = log_keeping(command("journalctl", {"-k"}), {"NVRM: Xid ("});
  const Evidence evidence = look({reading(), journal}, options);
  const Answer& answer = evidence.at("command:dmesg");
  EXPECT_TRUE(answer.found()) << answer.why;
  EXPECT_EQ(answer.text, kept(log, reading()));
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(evidence.at("command:journalctl -k").outcome, Outcome::denied) << "silence is no log without complaints";
  EXPECT_EQ(evidence.at("command:journalctl -k").err, "");
  std::filesystem::remove_all(folder);
}

// Whatever this machine allows, nothing else of its log is kept.
TEST(Keep, IsDoneToTheLogOfThisMachine) {
  const Answer answer = look({log_keeping(file("/dev/kmsg", 16u << 20), {"NVRM: Xid ("})}).file("/dev/kmsg");
  EXPECT_THAT(answer.outcome, testing::AnyOf(Outcome::found, Outcome::denied, Outcome::absent)) << answer.why;
  for (std::size_t at = 0; at < answer.text.size(); at = answer.text.find('\n', at) + 1)
    EXPECT_TRUE(std::string_view(answer.text).substr(at).starts_with("NVRM: Xid ("));
}

// The ring buffer is read to its end and not beyond: reading it must not wait for the next message.
TEST(Keep, TheLogOfThisMachineIsReadWhole) {
  const Answer answer = live_files()->file("/dev/kmsg", 64u << 20);
  if (!answer.found()) GTEST_SKIP() << "the kernel's log may not be read here: " << answer.why;
  EXPECT_THAT(answer.text, HasSubstr(";"));
  const Answer cut = live_files()->file("/dev/kmsg", 100);
  EXPECT_LE(cut.text.size(), 100u);
}

TEST(Keep, ALogThatMayNotBeReadIsDenied) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to stop being it";
  if (::access("/dev/kmsg", F_OK) != 0) GTEST_SKIP() << "there is no /dev/kmsg here, as in most containers";
  std::ifstream file("/proc/sys/kernel/dmesg_restrict");
  char restricted = '0';
  if (!(file >> restricted) || restricted == '0') GTEST_SKIP() << "this kernel shows its log to everybody";
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65534;
    if (::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(99);
    ::_exit(static_cast<int>(live_files()->file("/dev/kmsg", 100).outcome));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(Outcome::denied));
}

}  // namespace
}  // namespace rigfit
