// A command that verifies a fix has to look at what the finding was read from: else it prints the same before and
// after.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "machines/recordings.hpp"

namespace rigfit {
namespace {

/// What a program looks at, as the beginnings of keys of evidence. An empty one stands for anything: a framework that
/// computes on the device goes through every layer, and rigfit itself reads what it read.
struct Program {
  const char* sign;  ///< in the command
  std::vector<std::string> reads;
};

const std::vector<Program>& programs() {
  static const std::vector<Program> all{
      {"rigfit ", {""}},
      {" -c ", {""}},
      {"rocminfo", {""}},
      {"amd-smi", {""}},
      {"hipInfo", {""}},
      {"sycl-ls", {""}},
      {"hl-smi", {""}},
      {"neuron-ls", {""}},
      {"env | grep", {"env:"}},
      {"echo \"$", {"env:"}},
      {"nvidia-smi",
       {"ask:nvml", "ask:cuda", "command:nvidia-smi", "file:/proc/driver/nvidia", "file:/sys/module/nvidia",
        "list:/sys/module", "list:/sys/bus/pci", "link:/sys/bus/pci", "file:/sys/bus/pci", "command:lspci",
        "node:/dev/nvidia", "list:/dev", "node:/dev/dxg", "link:/usr/lib", "node:/usr/lib", "command:dmesg",
        "file:/dev/kmsg"}},
      {"lspci", {"list:/sys/bus/pci", "link:/sys/bus/pci", "file:/sys/bus/pci", "command:lspci"}},
      {"region 0", {"list:/sys/class/kfd"}},  // the window of which KFD tells the size
      {"169.254.169.254", {"metadata:"}},
      {"lsusb", {"list:/sys/bus/usb", "file:/sys/bus/usb"}},
      {"lsmod", {"list:/sys/module", "file:/sys/module", "file:/proc/sys/kernel/osrelease", "link:/sys/bus/pci"}},
      {"modinfo",
       {"list:/lib/modules", "list:/usr/lib/modules", "file:/sys/module", "file:/proc/sys/kernel/osrelease"}},
      {"mokutil", {"file:/sys/firmware/efi", "file:/sys/kernel/security"}},
      {"ldconfig", {"link:/", "node:/usr", "node:/opt", "list:/usr", "list:/opt", "file:/usr", "file:/etc/ld"}},
      {"libze_loader", {"ask:level-zero"}},
      {"ldd /", {"ask:hip"}},
      {"uname", {"file:/proc/sys/kernel/osrelease", "file:/proc/version"}},
      {"sysctl", {"command:sysctl"}},
      {"sw_vers", {"command:sw_vers"}},
      {"systemctl", {"node:/usr/bin/nv-fabricmanager", "list:/proc", "node:/run", "ask:", "list:/sys/bus/pci"}},
      {"id; ", {"ask:groups"}},
      {"; id", {"ask:groups"}},
      {"lsof", {"ask:tpu-holders", "file:/proc/locks"}},
      {"df ", {"file:/proc/self/mountinfo", "ask:"}},
      {"ulimit", {"file:/proc/self/limits"}},
      {"command -v", {"file:/"}},
      {"/dev/accel", {"list:/sys/class/accel"}},
      {"/sys/class/drm/", {"file:/sys/bus/pci"}}};  // its links lead there
  return all;
}

/// The paths in a command, each up to the first character that stands for others.
std::vector<std::string> paths_in(const std::string& command) {
  std::vector<std::string> paths;
  const auto is_part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("/._-~", c); };
  for (std::size_t at = 0; at < command.size(); ++at) {
    const bool begins = command[at] == '/' && (at == 0 || !is_part(command[at - 1]) || command[at - 1] == '~');
    if (!begins) continue;
    std::size_t end = at;
    while (end < command.size() && is_part(command[end])) ++end;
    std::string path = command.substr(at, end - at);
    if (at > 0 && command[at - 1] == '~') path.insert(0, "~");
    while (path.ends_with('/')) path.pop_back();
    if (!path.empty()) paths.push_back(path);
    at = end;
  }
  return paths;
}

std::vector<std::string> read_by(const std::string& command) {
  std::vector<std::string> keys;
  for (const Program& program : programs())
    if (command.find(program.sign) != command.npos) keys.insert(keys.end(), program.reads.begin(), program.reads.end());
  for (const std::string& path : paths_in(command)) {
    for (const char* kind : {"node:", "file:", "list:", "link:"}) keys.push_back(kind + path);
    keys.push_back("list:" + path.substr(0, std::max<std::size_t>(path.rfind('/'), 1)));
  }
  return keys;
}

TEST(Verify, LooksAtWhatTheFindingWasReadFrom) {
  std::set<std::string> precise, blind;
  for (const Recording& recording : recordings())
    for (const Finding& finding : diagnose(built_in_rules(), facts_of(recording.evidence)).findings) {
      std::set<std::string> sources;
      for (const Term& term : finding.terms) sources.insert(term.sources.begin(), term.sources.end());
      if (!finding.fixable || finding.verify.empty() || sources.empty()) continue;
      const std::vector<std::string> keys = read_by(finding.verify);
      if (std::none_of(sources.begin(), sources.end(), [&](const std::string& source) {
            return std::any_of(keys.begin(), keys.end(),
                               [&](const std::string& key) { return source.starts_with(key); });
          }))
        blind.insert(finding.id + ": " + finding.verify + " reads none of " + testing::PrintToString(sources));
      if (std::count(keys.begin(), keys.end(), "") == 0) precise.insert(finding.id);
    }
  EXPECT_THAT(blind, testing::IsEmpty());
  EXPECT_GT(precise.size(), 100u) << "the others could not fail here";
}

/// What Python only prints looks the same to a script before the fix and after it.
TEST(Verify, PythonAssertsOrComputes) {
  std::set<std::string> blind;
  for (const FindingRule& rule : built_in_rules().findings) {
    const std::string& verify = rule.text->verify;
    const std::size_t code = verify.find(" -c ");
    if (code == verify.npos || verify.find("import ", code) == verify.npos) continue;
    const bool only_imports = verify.find(';', code) == verify.npos;
    if (!only_imports && verify.find("assert ", code) == verify.npos && verify.find(" @ ", code) == verify.npos)
      blind.insert(rule.id + ": " + verify);
  }
  EXPECT_THAT(blind, testing::IsEmpty());
}

TEST(Verify, FailsForACommandThatLooksElsewhere) {
  EXPECT_THAT(read_by("cat /sys/class/drm/card*/device/x; ls -l /dev/dri"),
              testing::AllOf(testing::Contains("file:/sys/class/drm/card"), testing::Contains("node:/dev/dri"),
                             testing::Not(testing::Contains("file:/etc"))));
  EXPECT_TRUE(read_by("date").empty());
}

}  // namespace
}  // namespace rigfit
