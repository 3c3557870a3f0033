// What nobody may be advised to do, whatever is wrong.
#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "judge/diagnose/finding_text.hpp"
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

/// A system as /etc/os-release and a few other files show it, laid over the evidence of a machine.
struct System {
  const char* name;
  const char* os_release;
  std::vector<std::string> tools;  ///< that it has, of those below
  std::string runtime = "";        ///< of the container that it is
  std::string os = "linux";
  bool is_ostree = false;
};

const std::vector<System>& systems() {
  static const std::vector<System> all{
      {"Ubuntu 24.04",
       "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n",
       {"apt", "ubuntu-drivers", "update-initramfs", "prime-select", "update-grub"}},
      {"Debian 12", "ID=debian\nVERSION_ID=\"12\"\n", {"apt", "update-initramfs", "update-grub"}},
      {"Debian 13", "ID=debian\nVERSION_ID=\"13\"\n", {"apt", "update-initramfs", "update-grub"}},
      {"Fedora 44", "ID=fedora\nVERSION_ID=44\n", {"dnf", "dracut", "grubby"}},
      {"RHEL 9", "ID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.6\"\n", {"dnf", "dracut", "grubby"}},
      {"RHEL 10", "ID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"10.1\"\n", {"dnf", "dracut", "grubby"}},
      {"CentOS 7", "ID=\"centos\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"7\"\n", {"dracut", "grubby"}},
      {"Arch", "ID=arch\n", {"pacman", "mkinitcpio", "makepkg"}},
      {"openSUSE Leap", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\nVERSION_ID=\"15.6\"\n", {"zypper", "dracut"}},
      {"openSUSE Tumbleweed",
       "ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\nVERSION_ID=\"20261120\"\n",
       {"zypper", "dracut"}},
      {"SLES 15", "ID=\"sles\"\nID_LIKE=\"suse\"\nVERSION_ID=\"15.7\"\n", {"zypper", "dracut"}},
      {"openSUSE MicroOS",
       "ID=\"opensuse-microos\"\nID_LIKE=\"suse opensuse opensuse-tumbleweed\"\nVERSION_ID=\"20261120\"\n",
       {"transactional-update"}},
      {"SL Micro", "ID=\"sl-micro\"\nID_LIKE=\"suse\"\nVERSION_ID=\"6.1\"\n", {"transactional-update"}},
      {"Nobara", "ID=nobara\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=42\n", {"dnf", "dracut", "grubby"}},
      {"Fedora Silverblue", "ID=fedora\nVERSION_ID=44\n", {"rpm-ostree"}, "", "linux", true},
      {"NixOS", "ID=nixos\nVERSION_ID=\"26.05\"\n", {"nixos-rebuild"}},
      {"Void", "ID=\"void\"\n", {"xbps-install"}},
      {"Talos", "ID=talos\nVERSION_ID=v1.11.0\n", {}},
      {"Gentoo", "ID=gentoo\n", {"emerge"}},
      {"a container of Ubuntu", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n", {"apt"}, "docker"},
      {"a container of Arch", "ID=arch\n", {"pacman"}, "docker"},
      {"a container of SLES", "ID=\"sles\"\nID_LIKE=\"suse\"\nVERSION_ID=\"15.7\"\n", {"zypper"}, "docker"},
      {"Podman with Fedora", "ID=fedora\nVERSION_ID=44\n", {"dnf"}, "podman"},
      {"Apptainer with Rocky",
       "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.5\"\n",
       {"dnf"},
       "apptainer"},
      {"LXC with Debian", "ID=debian\nVERSION_ID=\"13\"\n", {"apt"}, "lxc"},
      {"a pod of Debian", "ID=debian\nVERSION_ID=\"12\"\n", {"apt"}, "kubernetes"},
      {"Windows", "", {}, "", "windows"},
  };
  return all;
}

/// Tools of one family of distributions.
constexpr const char* tools[] = {"apt",
                                 "ubuntu-drivers",
                                 "update-initramfs",
                                 "prime-select",
                                 "update-grub",
                                 "dnf",
                                 "dracut",
                                 "grubby",
                                 "pacman",
                                 "mkinitcpio",
                                 "makepkg",
                                 "zypper",
                                 "yum",
                                 "apt-cache",
                                 "apt-get",
                                 "add-apt-repository",
                                 "emerge",
                                 "xbps-install",
                                 "nixos-rebuild",
                                 "transactional-update",
                                 "rpm-ostree"};

Answer found_text(std::string text) {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = std::move(text);
  return answer;
}

/// The machine as it would be recorded with that system on it.
Evidence with_system(Evidence evidence, const System& system) {
  evidence.os = system.os;
  evidence.set("file:/etc/os-release", found_text(system.os_release));
  Answer file, absent;
  absent.outcome = Outcome::absent;
  file.outcome = Outcome::found;
  file.node.emplace().kind = "file";
  evidence.set("node:/run/ostree-booted", system.is_ostree ? file : absent);
  if (system.runtime == "docker") evidence.set("node:/.dockerenv", file);
  if (system.runtime == "podman") evidence.set("node:/run/.containerenv", file);
  if (system.runtime == "apptainer") evidence.set("env:APPTAINER_CONTAINER", found_text("image.sif"));
  if (system.runtime == "lxc") evidence.set("env:container", found_text("lxc"));
  if (system.runtime == "kubernetes") evidence.set("env:KUBERNETES_SERVICE_HOST", found_text("10.0.0.1"));
  return evidence;
}

/// The words of a command, where a shell would begin a new one.
std::set<std::string> programs_in(const std::string& command) {
  std::set<std::string> words;
  std::string word;
  for (const char c : command + " ")
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == '/')
      word += c;
    else if (!word.empty())
      words.insert(std::exchange(word, ""));
  return words;
}

/// What may not be in a step on a system: a tool that it does not have.
std::string foreign_tool(const std::string& command, const System& system) {
  const std::set<std::string> words = programs_in(command);
  for (const char* tool : tools) {
    const std::string base =
        std::string(tool).starts_with("apt-") || std::string(tool) == "add-apt-repository" ? "apt" : tool;
    if (words.count(tool) && std::find(system.tools.begin(), system.tools.end(), base) == system.tools.end())
      return tool;
  }
  return "";
}

/// What may not be in a step in a container: it works on the host's kernel, or starts a container of another runtime.
std::string foreign_to_container(const Remedy& step, const System& system) {
  if (system.runtime.empty()) return "";
  if (system.runtime != "docker" && step.command.find("docker run") != step.command.npos) return "docker run";
  if (step.text.find("host") != step.text.npos) return "";
  const std::set<std::string> words = programs_in(step.command);
  for (const char* tool : {"modprobe", "rmmod", "dkms", "mokutil", "udevadm", "update-initramfs", "dracut", "grubby",
                           "usermod", "systemctl", "reboot", "sysctl", "dmesg"})
    if (words.count(tool)) return tool;
  return "";
}

/// What may not be in a command under Windows.
std::string foreign_to_windows(const std::string& command) {
  if (command.find(" -c \"") != command.npos) return "";  // a program for Python
  for (const char* sign : {"sudo", "/dev/", "/etc/", "/sys/", "grep", "dmesg", "ldconfig", "lspci", "unset ", "export ",
                           " python3 ", "modprobe", "$(", " -c '"})
    if (command.find(sign) != command.npos) return sign;
  return command.starts_with("python3") ? "python3" : "";
}

/// Linux, on a machine of its own, that has not been told to be one of WSL or of Jetson.
bool is_plain_linux(const Recording& recording, const Facts& facts) {
  return recording.evidence.os == "linux" && !look_up("os.wsl", facts).known() &&
         !look_up("container.runtime", facts).known() && !look_up("cuda.tegra_chip", facts).known();
}

// Every step of every finding that some machine here has, on every system.
TEST(Remedies, AreMadeOfWhatTheSystemHas) {
  std::size_t steps = 0;
  std::set<std::string> seen;
  for (const Recording& recording : recordings()) {
    if (!is_plain_linux(recording, facts_of(recording.evidence))) continue;
    for (const System& system : systems()) {
      const Facts facts = facts_of(with_system(recording.evidence, system));
      for (const Finding& finding : diagnose(built_in_rules(), facts).findings) {
        for (const Remedy& step : finding.remedy) {
          ++steps;
          const std::string where =
              recording.name + " on " + system.name + ": " + finding.id + ": " + step.text + " $ " + step.command;
          EXPECT_EQ(foreign_tool(step.command, system), "") << where;
          if (!step.command.starts_with("resources: {"))  // of a pod
            EXPECT_EQ(step.command.find('{'), step.command.find("{{")) << where;
          for (const std::string* text : {&step.text, &step.command}) {
            EXPECT_EQ(text->find("[["), std::string::npos) << where;
            EXPECT_EQ(text->find("unknown at"), std::string::npos) << where;
          }
          EXPECT_EQ(foreign_to_container(step, system), "") << where;
          if (system.os == "windows") EXPECT_EQ(foreign_to_windows(step.command), "") << where;
          if (!system.runtime.empty() && finding.platform == "cuda")
            for (const char* wrong : {"sudo modprobe", "dkms", "nvidia-open", "sudo reboot", "mokutil"})
              if (step.text.find("host") == std::string::npos)
                EXPECT_EQ(step.command.find(wrong), std::string::npos) << where;
        }
        if (system.os == "windows") EXPECT_EQ(foreign_to_windows(finding.verify), "") << finding.id;
        if (system.runtime.empty() && system.os == "linux" && finding.severity == "error" && finding.explains_block)
          seen.insert(finding.id + (finding.remedy.empty() ? " has no remedy on " + std::string(system.name) : ""));
      }
    }
  }
  for (const std::string& one : seen) EXPECT_EQ(one.find(" has no remedy"), std::string::npos) << one;
  EXPECT_GT(steps, 5000u);
}

// A Mac has Homebrew at most, and no /sys.
TEST(Remedies, OfMacsNameWhatAMacHas) {
  std::size_t steps = 0;
  for (const Recording& recording : recordings()) {
    if (recording.evidence.os != "darwin") continue;
    for (const Finding& finding : diagnose(built_in_rules(), facts_of(recording.evidence)).findings)
      for (const Remedy& step : finding.remedy) {
        ++steps;
        for (const char* sign : {"apt ", "dnf ", "/dev/", "/sys/", "systemctl", "modprobe", "usermod", "dmesg"})
          EXPECT_EQ(step.command.find(sign), step.command.npos) << recording.name << ": " << finding.id << "\n"
                                                                << step.command;
      }
  }
  EXPECT_GT(steps, 20u);
}

/// The one installation of NVIDIA's driver that is named for a machine on a system.
std::string driver_commands(const Recording& recording, const System& system) {
  std::string all;
  for (const Finding& finding : diagnose(built_in_rules(), facts_of(with_system(recording.evidence, system))).findings)
    if (finding.platform == "cuda" && finding.folded_under.empty()) all += reported(finding);
  return all;
}

const Recording* recording_named(const std::string& name) {
  for (const Recording& one : recordings())
    if (one.name == name) return &one;
  ADD_FAILURE() << "there is no machine " << name;
  return nullptr;
}

// https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/ , Arch news of 2025-12-20, Debian's packages
TEST(Remedies, ChooseTheDriverByGenerationAndRelease) {
  struct Wanted {
    const char *machine, *system, *has, *has_not;
  };
  const Wanted wanted[] = {
      {"cuda/blocked-driver-not-bound", "Debian 13", "nvidia-driver", "cuda-keyring"},
      {"cuda/blocked-driver-not-bound", "Fedora 44", "install nvidia-open", "580xx"},
      {"cuda/blocked-driver-not-bound", "Arch", "nvidia-open", "580xx"},
      {"cuda/blocked-driver-not-bound", "RHEL 9", "nvidia-driver:open-dkms", "580"},
      {"cuda/blocked-driver-not-bound", "SLES 15", "nvidia-open", "580"},
      {"cuda/blocked-driver-not-bound", "CentOS 7", "https://www.nvidia.com", "sudo dnf"},
      {"cuda/blocked-driver-not-bound", "Gentoo", "emerge --ask x11-drivers/nvidia-drivers", "nvidia-open"},
      {"cuda/blocked-pascal-ignored", "Arch", "nvidia-580xx-dkms", "-Syu nvidia-open"},
      {"cuda/blocked-pascal-ignored", "Fedora 44", "akmod-nvidia-580xx", "install nvidia-open"},
      {"cuda/blocked-pascal-ignored", "RHEL 9", "nvidia-driver:580-dkms", "install nvidia-open"},
      {"cuda/blocked-pascal-ignored", "RHEL 10", "versionlock add '*nvidia*580*'", "install nvidia-open"},
      {"cuda/blocked-pascal-ignored", "SLES 15", "nvidia-driver-G06 nvidia-compute-utils-G06", "nvidia-open"},
      {"cuda/blocked-pascal-ignored", "Debian 13", "nvidia-driver", "nvidia-open"},
      {"cuda/blocked-legacy-driver-needed", "Debian 12", "nvidia-tesla-470-driver", "nvidia-open"},
      {"cuda/blocked-legacy-driver-needed", "Debian 13", "470", "apt install"},
      {"cuda/blocked-legacy-driver-needed", "Fedora 44", "akmod-nvidia-470xx", "install nvidia-open"},
      {"cuda/blocked-gpu-newer-than-driver", "Debian 13", "debian13/x86_64/cuda-keyring", "non-free"},
      {"cuda/blocked-gpu-newer-than-driver", "Debian 12", "debian12/x86_64/cuda-keyring", "non-free"},
      {"cuda/blocked-gpu-newer-than-driver", "Ubuntu 24.04", "ubuntu-drivers install", "cuda-keyring"},
      {"cuda/blocked-driver-not-bound", "a container of Ubuntu", "on the host", "ubuntu-drivers"},
  };
  for (const Wanted& one : wanted) {
    const auto system = std::find_if(systems().begin(), systems().end(),
                                     [&](const System& other) { return other.name == std::string(one.system); });
    const Recording* recording = recording_named(one.machine);
    ASSERT_TRUE(recording && system != systems().end()) << one.system;
    const std::string all = driver_commands(*recording, *system);
    EXPECT_THAT(all, testing::HasSubstr(one.has)) << one.machine << " on " << one.system;
    EXPECT_THAT(all, testing::Not(testing::HasSubstr(one.has_not))) << one.machine << " on " << one.system;
  }
}

// Every text of every finding that fires on some machine: what it names has a value there.
TEST(Remedies, NameNoFactThatNobodyKnows) {
  for (const Recording& recording : recordings()) {
    const Facts facts = facts_of(recording.evidence);
    for (const Finding& finding : diagnose(built_in_rules(), facts).findings) {
      const std::string where = recording.name + ": " + finding.id + ": ";
      const FindingRule* rule = built_in_rules().finding(finding.id);
      ASSERT_NE(rule, nullptr);
      const Platform* platform = facts.platform(finding.platform);
      const bool has_device = platform && !finding.devices.empty();
      const Device* device = has_device ? &platform->devices[finding.devices.front()] : nullptr;
      // Where no device is known, the platform stands for it.
      if (!rule->otherwise_unexplained || has_device)
        EXPECT_FALSE(lacks_a_fact(rule->text->cause, facts, device)) << where << finding.cause;
      EXPECT_FALSE(!rule->text->verify.empty() && finding.verify.empty()) << where << rule->text->verify;
      for (const std::string* text : {&finding.cause, &finding.verify})
        EXPECT_EQ(text->find("[["), std::string::npos) << where << *text;
    }
  }
}

// A limit is computed from this machine's memory, and leaves some of it to the host.
TEST(Remedies, LetAGpuMapNoMoreThanTheMachineHas) {
  std::size_t limits = 0;
  for (const Recording& recording : recordings()) {
    const Facts facts = facts_of(recording.evidence);
    const auto* total = facts.host.get_by_name<std::int64_t>("memory.total_bytes");
    for (const Finding& finding : diagnose(built_in_rules(), facts).findings) {
      const std::string all = reported(finding);
      constexpr std::string_view limit = "ttm.pages_limit=";
      const std::size_t at = all.find(limit);
      if (at == all.npos) continue;
      ++limits;
      ASSERT_NE(total, nullptr) << recording.name;
      EXPECT_LT(std::stoll(all.substr(at + limit.size())) * 4096, *total - (std::int64_t{2} << 30)) << recording.name;
    }
  }
  EXPECT_GE(limits, 1u);
}

/// Where a value should stand: "{device.name}", and what stands for one that nobody knows in a command.
bool has_gap(const std::string& text, bool is_command) {
  if (!placeholders(text).empty()) return true;
  for (const std::string_view gap : {"unknown", "(none)", "=none", " none"})
    if (is_command && text.find(gap) != text.npos) return true;
  return false;
}

TEST(Remedies, NameWhatIsToBeTyped) {
  for (const Recording& recording : recordings())
    for (const Finding& finding : diagnose(built_in_rules(), facts_of(recording.evidence)).findings) {
      EXPECT_FALSE(has_gap(finding.title, false) || has_gap(finding.cause, false) || has_gap(finding.verify, true))
          << recording.name << ": " << finding.id << "\n"
          << finding.cause << "\n"
          << finding.verify;
      for (const Remedy& step : finding.remedy)
        EXPECT_FALSE(has_gap(step.text, false) || has_gap(step.command, true))
            << recording.name << ": " << finding.id << "\n"
            << step.text << "\n"
            << step.command;
    }
}

// Every text of every rule, whatever is known: what has no value is said in words.
TEST(Remedies, PrintNoPlaceholder) {
  const Facts nothing;
  const Device device;
  for (const FindingRule& rule : built_in_rules().findings) {
    std::vector<std::string> texts{rule.title, rule.text->cause, rule.text->verify};
    for (const RemedyStep& step : rule.text->remedy) texts.insert(texts.end(), {step.text, step.command});
    for (const std::string& text : texts)
      EXPECT_TRUE(placeholders(fill_in(text, nothing, rule.device ? &device : nullptr)).empty())
          << rule.id << ": " << text;
  }
}

}  // namespace
}  // namespace rigfit
