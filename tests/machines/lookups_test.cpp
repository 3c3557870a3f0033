// What a probe reads it has to ask for, or it is never there on a live machine.
#include <gmock/gmock.h>

#include <map>
#include <regex>
#include <set>

#include "machines/recordings.hpp"
#include "machines/watched_evidence.hpp"
#include "probes/probe.hpp"

namespace rigfit {
namespace {

/// What is read where others recorded it, and why a live run asks for something else.
const std::map<std::string, std::string> recorded_only{
    {"command:amd-smi", "KFD and sysfs say it"},
    {"command:clinfo", "Level Zero is asked"},
    {"command:conda", "the folder of packages says it"},
    {"command:deviceQuery", "NVML is asked"},
    {"command:hipInfo", "HIP itself is asked"},
    {"command:hipinfo", "HIP itself is asked"},
    {"command:hl-smi", "sysfs says nearly all that it prints"},
    {"command:lspci", "sysfs says it"},
    {"command:mamba", "the folder of packages says it"},
    {"command:micromamba", "the folder of packages says it"},
    {"command:modprobe", "it would load a module"},
    {"command:neuron-ls", "sysfs says nearly all that it prints"},
    {"command:neuron-monitor", "it runs on until it is stopped"},
    {"command:npu-smi", "sysfs says nearly all that it prints"},
    {"command:nvcc", "the toolkit's version.json says it"},
    {"command:pip", "the folder of packages says it"},
    {"command:pip3", "the folder of packages says it"},
    {"command:python", "the folders of libraries say it"},
    {"command:python3", "the folders of libraries say it"},
    {"command:rocm-smi", "KFD and sysfs say it"},
    {"command:rocminfo", "KFD and sysfs say it"},
    {"command:tpu-info", "sysfs says what is there, and nothing is run"},
    {"command:uname", "/proc/sys/kernel/osrelease says it"},
    {"command:uv", "the folder of packages says it"},
    {"command:xpu-smi", "Level Zero is asked"},
    {"command:xpumcli", "Level Zero is asked"},
    {"env:RIGFIT_PYTHON", "it is given by --python, not looked at"},
    {"file:/proc/1/cgroup", "/proc/self/cgroup says it"},
    {"file:/proc/1/environ", "it holds secrets; /run/systemd/container and the variable itself say it"},
    {"file:/var/log/dmesg", "/dev/kmsg says it, of this start alone"},
    {"file:/var/log/kern.log", "/dev/kmsg says it, of this start alone"},
    {"file:/var/log/messages", "/dev/kmsg says it, of this start alone"},
    {"file:/var/log/syslog", "/dev/kmsg says it, of this start alone"}};

/// What stands for all keys of its form: any PCI address, kernel and file of a library will do.
std::string form_of(const std::string& key) {
  static const std::regex address("[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]"), release("/lib/modules/[^/]+/"),
      arguments("^(ask:[^ ]+|command:[^ ]+) .*");
  const std::string form = std::regex_replace(std::regex_replace(key, address, "ADDRESS"), release, "/lib/modules/*/");
  return std::regex_replace(form, arguments, "$1");
}

/// The forms of a request, which may hold `*`, and of the folders that are listed on the way to what it matches.
void add_forms(const Request& request, std::set<std::string>& forms) {
  forms.insert(form_of(key_of(request)));
  const std::string& target = request.target;
  for (std::size_t star = target.find('*'); star != target.npos; star = target.find('*', star + 1))
    if (const std::size_t slash = target.rfind('/', star); slash != target.npos)
      forms.insert(form_of(key_of(Kind::list, slash == 0 ? "/" : target.substr(0, slash))));
}

bool is_requested(const std::string& form, const std::set<std::string>& requested) {
  return requested.count(form) || std::any_of(requested.begin(), requested.end(), [&](const std::string& one) {
           return one.find('*') != one.npos && one[0] == form[0] && matches(one, form);
         });
}

TEST(Probes, AskForWhatTheyRead) {
  std::set<std::string> requested;
  looked_up().clear();
  for (const Recording& recording : recordings())
    for (const Probe* probe : all_probes()) {
      for (const Request& request : probe->looks_at) add_forms(request, requested);
      if (probe->next)
        for (const Request& request : probe->next(recording.evidence, built_in_rules().devices))
          add_forms(request, requested);
      probe->read(recording.evidence, built_in_rules().devices);
    }
  EXPECT_GT(looked_up().size(), 100u) << "the probes were not watched";

  std::set<std::string> unasked;
  for (const std::string& key : looked_up())
    if (const std::string form = form_of(key); !key.ends_with('/') && !is_requested(form, requested))
      unasked.insert(form);
  for (const std::string& form : unasked)
    EXPECT_TRUE(recorded_only.count(form)) << form << " is read by a probe, and no request of a probe asks for it";
  for (const auto& [form, reason] : recorded_only)
    EXPECT_TRUE(unasked.count(form)) << form << " is read by no probe, or asked for: " << reason;
}

}  // namespace
}  // namespace rigfit
