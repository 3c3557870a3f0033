#include "probes/layers/driver_log.hpp"

#include <algorithm>
#include <map>

#include "fact_names/device.hpp"
#include "fact_names/rocm.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";

/// "0000:03:00.0" where it stands alone in the line; empty for none.
std::string address_in(std::string_view line) {
  for (std::string_view word : words_of(line)) {
    while (!word.empty() && (word.back() == ':' || word.back() == ',')) word.remove_suffix(1);
    if (word.size() == 12 && word[4] == ':' && word[7] == ':' && word[10] == '.' &&
        word.find_first_not_of("0123456789abcdefABCDEF:.") == word.npos)
      return lower(word);
  }
  return "";
}

/// "7550" of "skipped device 1002:7550, PCI rejects atomics"; empty where no ids stand after "device".
std::string device_id_in(std::string_view line) {
  constexpr std::string_view before = "device ";
  for (std::size_t at = line.find(before); at != line.npos; at = line.find(before, at + 1)) {
    const std::string_view rest = line.substr(at + before.size());
    const std::size_t colon = rest.find_first_not_of(hexadecimal);
    if (colon == rest.npos || colon == 0 || rest[colon] != ':') continue;
    std::string_view id = rest.substr(colon + 1);
    id = id.substr(0, id.find_first_not_of(hexadecimal));
    if (!id.empty() && id.size() <= 4) return std::string(4 - id.size(), '0') + lower(id);
  }
  return "";
}

void add(std::vector<std::string>& words, const std::string& word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

bool has_text(const Device& device, DeviceFact<std::string> fact, const std::string& wanted) {
  const std::string* value = device.facts.get(fact);
  return value && !wanted.empty() && *value == wanted;
}

/// Those that the message names. One that names none is about the only device that the driver does not serve, or about
/// the only one.
std::vector<Device*> devices_of(const DriverComplaint& complaint, Platform& platform) {
  std::vector<Device*> named, unserved;
  for (Device& device : platform.devices) {
    if (complaint.pci_address.empty() ? has_text(device, fact::device::pci_device, complaint.pci_device)
                                      : has_text(device, fact::device::pci_address, complaint.pci_address))
      named.push_back(&device);
    if (device.layers[Layer::kernel_driver].holds != Truth::yes) unserved.push_back(&device);
  }
  if (!complaint.pci_address.empty() || !complaint.pci_device.empty()) return named;
  if (unserved.size() == 1) return unserved;
  return platform.devices.size() == 1 ? std::vector{&platform.devices.front()} : std::vector<Device*>{};
}

}  // namespace

std::vector<DriverComplaint> parse_driver_log(std::string_view log, std::span<const DriverMessage> messages) {
  constexpr std::size_t longest = 200;
  std::vector<DriverComplaint> complaints;
  for (const std::string_view line : lines_of(log))
    for (std::size_t rank = 0; rank < messages.size(); ++rank) {
      const DriverMessage& message = messages[rank];
      const std::size_t start = line.find(message.driver);
      if (start == line.npos || line.find(message.text, start) == line.npos) continue;
      // "[drm:atom_op_jump [amdgpu]] *ERROR* …": told from its own beginning on.
      const std::size_t bracket = line.rfind("[drm:", start);
      const std::string_view said = trimmed(line.substr(bracket == line.npos ? start : bracket));
      complaints.push_back({std::string(message.word), address_in(said), device_id_in(said),
                            std::string(said.substr(0, longest)), rank});
      break;
    }
  return complaints;
}

void read_driver_log(const Evidence& evidence, std::span<const DriverMessage> messages, Platform& platform) {
  if (platform.devices.empty()) return;
  const KernelLogs logs = kernel_logs(evidence);
  std::vector<std::string> all, sources;
  std::map<const Device*, std::size_t> rank_of;
  for (const auto& [key, whole] : logs.read) {
    sources.push_back(key);
    for (const DriverComplaint& complaint : parse_driver_log(since_last_boot(whole), messages)) {
      add(all, complaint.word);
      for (Device* device : devices_of(complaint, platform)) {
        const auto* known = device->facts.get(fact::device::log_says);
        std::vector<std::string> words = known ? *known : std::vector<std::string>{};
        add(words, complaint.word);
        device->facts.set(fact::device::log_says, std::move(words), {key});
        const auto [rank, is_first] = rank_of.emplace(device, complaint.rank);
        if (!is_first && rank->second <= complaint.rank) continue;
        rank->second = complaint.rank;
        device->facts.set(fact::device::log_line, complaint.line, {key});
      }
    }
  }
  const NoValue nothing = !sources.empty() ? Fact::of_none("its driver did not complain in the kernel's log", sources)
                          : !logs.refused.empty()
                              ? Fact::unknown("the kernel's log may not be read by this user", logs.refused)
                              : Fact::unknown("the kernel's log was not recorded");
  // The name and its type are the same on each of these platforms.
  platform.facts.set(fact::rocm::log_says, nothing);
  if (!all.empty()) platform.facts.set(fact::rocm::log_says, std::move(all), sources);
  for (Device& device : platform.devices) device.facts.set_if_unknown(fact::device::log_says, nothing);
}

bool cannot_start_by_log(Device& device, std::string_view word, std::string_view because) {
  const auto* says = device.facts.get(fact::device::log_says);
  if (!says || std::find(says->begin(), says->end(), word) == says->end()) return false;
  device.layers.set(Layer::runtime_init, Truth::no, std::string(because),
                    device.facts.at(fact::device::log_says).sources);
  return true;
}

}  // namespace rigfit
