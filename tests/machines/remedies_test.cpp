// What nobody may be advised to do, whatever is wrong.
#include <gmock/gmock.h>

#include "machines/recordings.hpp"

namespace rigfit {
namespace {

std::string reported(const Finding& finding) {
  std::string all;
  for (const Remedy& step : finding.remedy) all += step.text + "\n" + step.command + "\n";
  return all;
}

// The driver is that of Windows; a Linux driver's library would hide it.
TEST(Remedies, NeverPutALinuxDriverIntoWsl) {
  std::size_t machines = 0, findings = 0;
  for (const Recording& recording : recordings()) {
    const Facts facts = facts_of(recording.evidence);
    if (!look_up("os.wsl", facts).known()) continue;
    ++machines;
    for (const Finding& finding : diagnose(built_in_rules(), facts).findings) {
      ++findings;
      for (const char* wrong :
           {"ubuntu-drivers", "install nvidia", "-S nvidia", "modprobe", "dkms", "libnvidia-compute-{"})
        EXPECT_EQ(reported(finding).find(wrong), std::string::npos) << recording.name << ": " << finding.id << "\n"
                                                                    << wrong;
    }
  }
  EXPECT_GE(machines, 3u);
  EXPECT_GE(findings, 3u);
}

// A container has the host's driver: whatever is to be installed or loaded is so on the host.
TEST(Remedies, LoadNoModuleInAContainer) {
  std::size_t machines = 0;
  for (const Recording& recording : recordings()) {
    const Facts facts = facts_of(recording.evidence);
    if (!look_up("container.runtime", facts).known()) continue;
    ++machines;
    for (const Finding& finding : diagnose(built_in_rules(), facts).findings)
      if (finding.platform == "cuda")
        for (const char* wrong :
             {"ubuntu-drivers", "install nvidia", "modprobe nvidia", "nvidia-modprobe", "sudo reboot"})
          EXPECT_EQ(reported(finding).find(wrong), std::string::npos) << recording.name << ": " << finding.id;
  }
  EXPECT_GE(machines, 3u);
}

}  // namespace
}  // namespace rigfit
