#include "probes/cuda/power.hpp"

#include <algorithm>
#include <iterator>

#include "fact_names/device.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

// https://github.com/Bumblebee-Project/bbswitch
constexpr std::string_view bbswitch = "/proc/acpi/bbswitch";
// https://docs.kernel.org/gpu/vga-switcheroo.html
constexpr std::string_view switcheroo = "/sys/kernel/debug/vgaswitcheroo/switch";

constexpr std::string_view mobile_words[] = {"Mobile", "Max-Q", "Laptop"};

/// The processor's own GPU, which drives the screen of such a laptop.
bool is_other_gpu(const PciDevice& device) {
  return device.pci_class.starts_with("03") && (device.vendor == "8086" || device.vendor == "1002");
}

/// A GPU without outputs, or one that is named as a laptop's.
bool is_of_laptop(const PciDevice& device) {
  return device.pci_class.starts_with("0302") ||
         std::any_of(std::begin(mobile_words), std::end(mobile_words),
                     [&](std::string_view word) { return contains(device.name, word); });
}

/// "D0", "D3hot", "D3cold": https://docs.kernel.org/admin-guide/abi-testing.html (power_state)
std::string power_state_of(std::string_view address) {
  return "/sys/bus/pci/devices/" + std::string(address) + "/power_state";
}

const PciDevice* function_at(const std::vector<PciDevice>& functions, std::string_view address) {
  const auto at = std::find_if(functions.begin(), functions.end(),
                               [&](const PciDevice& device) { return device.address == address; });
  return at == functions.end() ? nullptr : &*at;
}

bool was_lost(const Device& device) {
  const auto* xids = device.facts.get(fact::device::xids);
  return device.facts.has(fact::device::error) || (xids && std::find(xids->begin(), xids->end(), "79") != xids->end());
}

}  // namespace

Requests power_requests(const std::vector<PciDevice>& gpus) {
  Requests requests{file(std::string(bbswitch), 256), file(std::string(switcheroo), 4096)};
  for (const PciDevice& gpu : gpus)
    if (!gpu.sources.empty() && gpu.sources.front().starts_with("file:"))
      requests.push_back(file(power_state_of(gpu.address), 64));
  return requests;
}

bool bbswitch_says_off(std::string_view text, std::string_view address) {
  const auto words = words_of(text);
  return words.size() == 2 && words[0] == address && words[1] == "OFF";
}

std::string switcheroo_state(std::string_view text, std::string_view address) {
  for (const std::string_view line : lines_of(text)) {
    if (!trimmed(line).ends_with(address)) continue;
    const auto parts = split(line, ':');
    if (parts.size() == 7) return std::string(parts[3]);  // three of them are the address
  }
  return "";
}

void read_power(const Evidence& evidence, const std::vector<PciDevice>& functions, Platform& platform) {
  const bool has_other = std::any_of(functions.begin(), functions.end(), is_other_gpu);
  for (Device& device : platform.devices) {
    const std::string* address = device.facts.get(fact::device::pci_address);
    const PciDevice* function = address ? function_at(functions, *address) : nullptr;
    if (!function || function->driver == "nvidia" || was_lost(device)) continue;
    const auto switched_off = [&](const char* by, std::string_view path) {
      device.facts.set(fact::device::powered_off, true, {key_of(Kind::file, path)});
      device.facts.set(fact::device::power_switch, std::string(by), {key_of(Kind::file, path)});
    };
    const std::string state = switcheroo_state(evidence.text(switcheroo), *address);
    const bool is_second = state == "DynOff" || (has_other && is_of_laptop(*function));
    const std::string state_file = power_state_of(*address);
    if (bbswitch_says_off(evidence.text(bbswitch), *address))
      switched_off("bbswitch", bbswitch);
    else if (state == "Off")
      switched_off("vga_switcheroo", switcheroo);
    else if (is_second && function->reads_ones)
      device.facts.set(fact::device::powered_off, true, function->sources);
    else if (is_second && trimmed(evidence.text(state_file)) == "D3cold")
      device.facts.set(fact::device::powered_off, true, {key_of(Kind::file, state_file)});
    else if (has_other && device.facts.has(fact::device::stays_in_d3cold))
      device.facts.set(fact::device::powered_off, true, device.facts.at(fact::device::stays_in_d3cold).sources);
    if (device.facts.has(fact::device::powered_off) && device.facts.has(fact::device::fallen_off))
      device.facts.set(fact::device::fallen_off, false, device.facts.at(fact::device::powered_off).sources);
  }
}

}  // namespace rigfit
