#include "probes/cuda/kernel_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view xid_mark = "NVRM: Xid (";

// The driver breaks its messages into lines, so a text may go on in the next one.
struct Complaint {
  std::string_view text, and_then, word;
};
constexpr std::array<Complaint, 19> complaints{{
    {"RmInitAdapter failed", "", "init_failed"},
    {"Cannot initialize GSP firmware RM", "", "gsp_failed"},
    {"not supported by open nvidia.ko", "because", "open_module_unsupported"},
    {"does not include the required GPU", "", "open_module_unsupported"},  // since 2026 without the module's name
    {"The NVIDIA vGPU ", "is not supported by open nvidia.ko", "vgpu_unsupported"},
    {"is not supported by the ", "driver release", "branch_unsupported"},
    {"requires use of the NVIDIA open kernel modules", "", "open_module_required"},
    {"supported through the NVIDIA ", "egacy drivers", "legacy_driver_needed"},
    {"API mismatch", "", "version_mismatch"},
    {"fallen off the bus and is not responding", "", "fell_off_bus"},
    {"Key was rejected by service", "", "module_rejected"},
    {"Required key not available", "", "module_rejected"},
    {"Loading of module with unavailable key is rejected", "", "module_rejected"},
    {"module verification failed", "", "module_unsigned"},
    {"The NVIDIA probe routine was not called", "", "probe_not_called"},
    {"I/O region assigned to your NVIDIA device is invalid", "", "region_invalid"},
    {"does not have the necessary power cables connected", "", "power_cable_missing"},
    {"nvidia: disagrees about version of symbol", "", "symbols_differ"},
    {"nvidia: version magic", "", "symbols_differ"},
}};

/// The driver's messages as one text, without its mark at the start of each line.
std::string spoken(std::string_view log) {
  std::string said;
  for (const std::string_view line : lines_of(log)) {
    constexpr std::string_view mark = "NVRM:";
    if (const std::size_t at = line.find(mark); at != line.npos)
      said += " " + std::string(trimmed(line.substr(at + mark.size())));
    else if (contains(line, "nvidia"))
      said += "\n" + std::string(line);
  }
  return said;
}

/// What programs printed of what the driver or the kernel said, with the driver's mark before each line.
std::vector<std::pair<std::string, std::string>> quoted_elsewhere(const Evidence& evidence) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const char* program : {"nvidia-smi", "modprobe"})
    for (const auto& [line, answer] : evidence.commands(program)) {
      std::string quoted;
      for (const std::string* text : {&answer->text, &answer->err})
        if (answer->exit.value_or(0) != 0)
          for (const std::string_view row : lines_of(*text)) quoted += "NVRM: " + std::string(row) + "\n";
      if (!quoted.empty()) texts.emplace_back("command:" + std::string(line), std::move(quoted));
    }
  return texts;
}

void add(std::vector<std::string>& words, std::string word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
}

/// The device that an Xid is about: the one at its address, or the only one where that has none.
Device* device_of(const Xid& xid, Platform& platform) {
  for (Device& device : platform.devices)
    if (const std::string* address = device.facts.get(fact::device::pci_address);
        address && *address == xid.pci_address)
      return &device;
  const bool is_alone = platform.devices.size() == 1 && !platform.devices.front().facts.has(fact::device::pci_address);
  return is_alone ? &platform.devices.front() : nullptr;
}

/// The device that the driver ignores: by its address, its id or its name, or the only one.
Device* device_of(const IgnoredGpu& gpu, Platform& platform) {
  const std::string subject = lower(gpu.subject);
  for (const auto& [fact, before] :
       {std::pair{fact::device::pci_address, ""}, {fact::device::pci_device, "10de:"}, {fact::device::name, ""}})
    for (Device& device : platform.devices)
      if (const std::string* value = device.facts.get(fact); value && contains(subject, before + lower(*value)))
        return &device;
  return platform.devices.size() == 1 ? &platform.devices.front() : nullptr;
}

// "nvidia 0000:01:00.0: Unable to change power state from D3cold to D0, device inaccessible", and before Linux 5.18
// "pci 0000:01:00.0: Refused to change power state, currently in D3"
// "bbswitch: Succesfully loaded. Discrete card 0000:01:00.0 is off"
bool tells_of_d3cold(std::string_view line) {
  return contains(line, "from D3cold to D0") || contains(line, "Refused to change power state, currently in D3") ||
         (contains(line, "bbswitch") && contains(line, " is off"));
}

void read_power_states(std::string_view log, const std::string& key, Platform& platform) {
  for (const std::string_view line : lines_of(log)) {
    if (!tells_of_d3cold(line)) continue;
    for (Device& device : platform.devices)
      if (const std::string* address = device.facts.get(fact::device::pci_address); address && contains(line, *address))
        device.facts.set(fact::device::stays_in_d3cold, true, {key});
  }
}

void read_ignored(std::string_view text, const std::string& key, Platform& platform) {
  for (const IgnoredGpu& gpu : parse_ignored_gpus(text))
    if (Device* device = device_of(gpu, platform)) {
      device->facts.set(fact::device::ignored_by_driver, true, {key});
      device->facts.set(fact::device::last_driver_branch, gpu.branch, {key});
    }
}

void read_xid(const Xid& xid, const std::string& key, Device& device) {
  const auto* known = device.facts.get(fact::device::xids);
  std::vector<std::string> numbers = known ? *known : std::vector<std::string>{};
  add(numbers, std::to_string(xid.number));
  device.facts.set(fact::device::xids, std::move(numbers), {key});
  if (std::string action = recovery_action_in(xid); !action.empty()) {
    device.facts.set(fact::device::recovery_needed,
                     std::string(contains(action, "reboot")  ? "reboot"
                                 : contains(action, "reset") ? "reset"
                                 : contains(action, "drain") ? "drain"
                                 : action == "none"          ? "nothing"
                                                             : "other"),
                     {key});
    device.facts.set(fact::device::recovery_action, std::move(action), {key});
  }
}

}  // namespace

std::vector<Xid> parse_xids(std::string_view log) {
  std::vector<Xid> xids;
  for (const std::string_view line : lines_of(log)) {
    const std::size_t at = line.find(xid_mark);
    if (at == line.npos) continue;
    std::string_view rest = line.substr(at + xid_mark.size());
    const std::size_t close = rest.find("): ");
    if (close == rest.npos) continue;
    std::string_view place = rest.substr(0, close);
    if (place.starts_with("PCI:")) place.remove_prefix(4);
    const auto number = leading_number(rest.substr(close + 3));
    if (!number || place.empty()) continue;
    const std::string_view message = rest.substr(close + 3);
    const std::size_t comma = message.find(',');
    xids.push_back({lower(place) + (contains(place, ".") ? "" : ".0"), *number,
                    std::string(comma == message.npos ? "" : trimmed(message.substr(comma + 1)))});
  }
  return xids;
}

std::string recovery_action_in(const Xid& xid) {
  // "GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)"
  constexpr std::int64_t action_changed = 154;
  const std::size_t to = xid.message.find(" to 0x");
  if (xid.number != action_changed || to == std::string::npos) return "";
  const std::size_t open = xid.message.find('(', to), close = xid.message.find(')', open);
  if (open == std::string::npos || close == std::string::npos) return "";
  return lower(xid.message.substr(open + 1, close - open - 1));
}

std::vector<std::string> parse_driver_complaints(std::string_view log) {
  constexpr std::size_t nearby = 140;
  const std::string said = spoken(log);
  std::vector<std::string> words;
  for (const auto& [text, and_then, word] : complaints)
    if (const std::size_t at = said.find(text); at != said.npos && contains(said.substr(at, nearby), and_then))
      add(words, std::string(word));
  return words;
}

std::vector<IgnoredGpu> parse_ignored_gpus(std::string_view log) {
  constexpr std::string_view mark = "supported through the NVIDIA ", start = "The NVIDIA ", end = " installed in this";
  const std::string said = spoken(log);
  std::vector<IgnoredGpu> ignored;
  for (std::size_t at = said.find(mark); at != said.npos; at = said.find(mark, at + 1)) {
    const auto branch = leading_number(std::string_view(said).substr(at + mark.size()));
    const std::size_t from = said.rfind(start, at), to = said.find(end, from);
    if (!branch || from == said.npos || to == said.npos || to > at) continue;
    ignored.push_back({said.substr(from + start.size(), to - from - start.size()), std::to_string(*branch)});
  }
  return ignored;
}

void read_kernel_log(const Evidence& evidence, Platform& platform) {
  std::vector<std::string> says, sources, elsewhere;
  const KernelLogs logs = kernel_logs(evidence);
  for (const auto& [key, whole] : logs.read) {
    const std::string_view text = since_last_boot(whole);
    sources.push_back(key);
    for (std::string& complaint : parse_driver_complaints(text)) add(says, std::move(complaint));
    read_ignored(text, key, platform);
    read_power_states(text, key, platform);
    for (const Xid& xid : parse_xids(text)) {
      add(says, "xid_" + std::to_string(xid.number));
      if (Device* device = device_of(xid, platform))
        read_xid(xid, key, *device);
      else
        add(elsewhere, std::to_string(xid.number) + " at " + xid.pci_address);
    }
  }
  for (const auto& [key, text] : quoted_elsewhere(evidence)) {
    read_ignored(text, key, platform);
    for (std::string& complaint : parse_driver_complaints(text)) {
      add(says, std::move(complaint));
      add(sources, key);
    }
  }
  if (!elsewhere.empty()) platform.facts.set(fact::cuda::xids_elsewhere, std::move(elsewhere), sources);
  if (!says.empty())
    platform.facts.set(fact::cuda::kernel_log_says, says, sources);
  else if (!sources.empty())
    platform.facts.set(fact::cuda::kernel_log_says, Fact::of_none("the driver did not complain in it", sources));
  else if (!logs.refused.empty())
    platform.facts.set(fact::cuda::kernel_log_says, Fact::unknown("the kernel's log may not be read by this user" +
                                                                      (logs.why.empty() ? "" : " (" + logs.why + ")"),
                                                                  logs.refused));
}

}  // namespace rigfit
