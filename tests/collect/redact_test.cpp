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
