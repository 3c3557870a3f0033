#include "probes/cuda/kernel_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "probes/text/text.hpp"

namespace rigfit {
namespace {

/// The logs that were recorded, with the keys of their answers.
std::vector<std::pair<std::string, std::string_view>> logs(const Evidence& evidence) {
  std::vector<std::pair<std::string, std::string_view>> all;
  for (const char* program : {"dmesg", "journalctl"})
    for (const auto& [line, answer] : evidence.commands(program))
      if (!answer->text.empty()) all.emplace_back("command:" + std::string(line), answer->text);
  for (const char* path : {"/dev/kmsg", "/var/log/dmesg", "/var/log/kern.log", "/var/log/messages", "/var/log/syslog"})
    if (const std::string_view text = evidence.text(path); !text.empty())
      all.emplace_back(key_of(Kind::file, path), text);
  return all;
}

void add(std::vector<std::string>& words, std::string word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
}

}  // namespace

std::vector<Xid> parse_xids(std::string_view log) {
  std::vector<Xid> xids;
  for (const std::string_view line : lines_of(log)) {
    const std::size_t at = line.find("NVRM: Xid (");
    if (at == line.npos) continue;
    std::string_view rest = line.substr(at + 11);
    const std::size_t close = rest.find("): ");
    if (close == rest.npos) continue;
    std::string_view place = rest.substr(0, close);
    if (place.starts_with("PCI:")) place.remove_prefix(4);
    const auto number = leading_number(rest.substr(close + 3));
    if (!number || place.empty()) continue;
    xids.push_back({lower(place) + (contains(place, ".") ? "" : ".0"), *number});
  }
  return xids;
}

std::vector<std::string> parse_driver_complaints(std::string_view log) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> texts{{
      {"RmInitAdapter failed", "init_failed"},
      {"not supported by open nvidia.ko", "open_module_unsupported"},
      {"NVIDIA driver release", "branch_unsupported"},
      {"API mismatch", "version_mismatch"},
      {"Key was rejected by service", "module_rejected"},
      {"module verification failed", "module_unsigned"},
      {"NVRM: The NVIDIA probe routine was not called", "probe_not_called"},
  }};
  std::vector<std::string> complaints;
  for (const std::string_view line : lines_of(log)) {
    if (!contains(line, "NVRM") && !contains(line, "nvidia")) continue;
    for (const auto& [text, complaint] : texts)
      if (contains(line, text) && (complaint != "branch_unsupported" || contains(line, "not supported")))
        add(complaints, std::string(complaint));
  }
  return complaints;
}

void read_kernel_log(const Evidence& evidence, Platform& platform) {
  std::vector<std::string> says, sources;
  for (const auto& [key, text] : logs(evidence)) {
    sources.push_back(key);
    for (std::string& complaint : parse_driver_complaints(text)) add(says, std::move(complaint));
    for (const Xid& xid : parse_xids(text)) {
      add(says, "xid_" + std::to_string(xid.number));
      for (Device& device : platform.devices) {
        const std::string* address = device.facts.get<std::string>("pci_address");
        if (!address || *address != xid.pci_address) continue;
        const auto* known = device.facts.get<std::vector<std::string>>("xids");
        std::vector<std::string> numbers = known ? *known : std::vector<std::string>{};
        add(numbers, std::to_string(xid.number));
        device.facts.set("xids", std::move(numbers), {key});
      }
    }
  }
  if (!says.empty())
    platform.facts.set("kernel_log_says", says, sources);
  else if (!sources.empty())
    platform.facts.set("kernel_log_says", Fact::of_none("the driver did not complain in it", sources));
}

}  // namespace rigfit
