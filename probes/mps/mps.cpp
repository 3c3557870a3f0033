#include "probes/mps/mps.hpp"

#include <algorithm>
#include <map>

#include "fact_names/cpu.hpp"
#include "fact_names/device.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/mps.hpp"
#include "probes/cpu/cpu.hpp"
#include "probes/layers/best_device.hpp"
#include "probes/mps/metal.hpp"
#include "probes/mps/proof.hpp"
#include "probes/mps/software.hpp"
#include "probes/mps/system_profiler.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

// The order of evidence:
// 1. sysctl: the chip, the memory, a virtual machine, translation (the cpu probe asks for most of it);
// 2. Metal itself, asked in a child: which devices it shows, what they can, how much memory they may use;
// 3. the I/O registry for the GPU's cores; where Metal gave no device, system_profiler, which takes longer;
// 4. the Pythons, their packages and variables.

constexpr std::string_view firmware_product = "/sys/class/dmi/id/product_name";
constexpr std::string_view device_tree = "/proc/device-tree/compatible";

MetalDevices metal_devices(const Evidence& evidence) {
  const Answer& answer = evidence.ask("metal");
  return answer.found() ? parse_metal(answer.text) : MetalDevices{};
}

Requests next(const Evidence& evidence, const DeviceTable&) {
  // Linux on a Mac, where only the device tree names the maker.
  if (evidence.os == "linux" && (evidence.arch == "aarch64" || evidence.arch == "arm64") &&
      evidence.file(firmware_product).absent())
    return {file(std::string(device_tree), 4096)};
  if (evidence.os != "darwin") return {};
  Requests requests = software_requests(evidence);
  requests.push_back(command("sysctl", {"iogpu.wired_limit_mb", "hw.nperflevels", "hw.perflevel0.name"}));
  requests.push_back(ask("metal"));
  if (evidence.ask("metal").outcome == Outcome::not_recorded) return requests;  // the next round knows
  if (metal_devices(evidence).devices.empty())
    requests.push_back(command("system_profiler", {"SPDisplaysDataType", "-json"}));
  else
    requests.push_back(command("ioreg", {"-rc", "IOAccelerator", "-d1"}));
  for (Request& request : mps_proof_requests(evidence)) requests.push_back(std::move(request));
  return requests;
}

/// "8 (4 performance and 4 efficiency)", "proc 8:4:4" → total, performance, efficiency; since macOS 26 "proc
/// 18:6:0:12", the last for chips whose second kind of core is no efficiency core
void read_cores(const std::string& text, HostFacts& host, const std::vector<std::string>& source) {
  std::vector<std::int64_t> numbers;
  std::string digits;
  for (const char c : text + " ") {
    if (c >= '0' && c <= '9')
      digits += c;
    else if (!digits.empty()) {
      if (const auto number = whole_number(digits)) numbers.push_back(*number);
      digits.clear();
    }
  }
  if (numbers.size() < 3) return;
  host.set(fact::cpu::physical_cores, numbers[0], source);
  host.set(fact::cpu::performance_cores, numbers[1], source);
  host.set(fact::cpu::efficiency_cores, numbers[2] == 0 && numbers.size() > 3 ? numbers[3] : numbers[2], source);
}

/// "Apple M3 Pro" → "M3", "Apple A18 Pro" → "A18": any chip of Apple's, also one that is not known yet.
std::string generation_of(std::string_view chip) {
  const auto words = words_of(chip);
  if (words.size() < 2 || words[0] != "Apple" || words[1].size() < 2) return "";
  const std::string_view name = words[1];
  const bool is_chip = name[0] >= 'A' && name[0] <= 'Z' && name[1] >= '0' && name[1] <= '9';
  return is_chip ? std::string(name) : "";
}

/// All that one look at the evidence gives, whatever tool reported it.
struct Mac {
  MacProfile profile;
  MetalDevices metal;
  IoregGpu ioreg;
  std::map<std::string_view, std::string_view> sysctl;
  std::vector<std::string> sources, sysctl_sources;
  bool metal_failed = false;  ///< it was asked, and gave no list
  bool profiled = false, knows_chip = false, is_apple = false, is_virtual = false;

  std::string_view at(std::string_view key) const {
    const auto it = sysctl.find(key);
    return it == sysctl.end() ? std::string_view{} : it->second;
  }
};

Mac look_at(const Evidence& evidence) {
  Mac mac;
  for (const auto& [line, answer] : evidence.commands("system_profiler")) {
    const std::string_view text = trimmed(answer->text);
    MacProfile one = text.starts_with('{')       ? parse_system_profiler_json(text)
                     : text.starts_with("<?xml") ? parse_system_profiler_xml(text)
                                                 : parse_system_profiler_text(answer->text);
    for (std::string MacProfile::*field :
         {&MacProfile::model, &MacProfile::chip, &MacProfile::memory, &MacProfile::processors})
      if ((mac.profile.*field).empty()) mac.profile.*field = one.*field;
    if (mac.profile.gpus.empty()) mac.profile.gpus = std::move(one.gpus);
    mac.profiled = mac.profiled || (answer->found() && !answer->truncated && one.lists_gpus);
    mac.sources.push_back("command:" + std::string(line));
  }
  for (const auto& [line, answer] : evidence.commands("sysctl")) {
    for (const auto& [key, value] : parse_sysctl(answer->text)) mac.sysctl.emplace(key, value);
    mac.sysctl_sources.push_back("command:" + std::string(line));
  }
  for (const auto& [line, answer] : evidence.commands("ioreg")) {
    mac.ioreg = parse_ioreg(answer->text);
    mac.sources.push_back("command:" + std::string(line));
  }
  mac.metal = metal_devices(evidence);
  if (mac.metal.answered) mac.sources.push_back("ask:metal");
  const Outcome asked = evidence.ask("metal").outcome;
  mac.metal_failed =
      !mac.metal.answered && asked != Outcome::not_recorded && asked != Outcome::skipped && asked != Outcome::absent;
  MacProfile& profile = mac.profile;
  if (profile.chip.empty() && mac.at("machdep.cpu.brand_string").starts_with("Apple "))
    profile.chip = mac.at("machdep.cpu.brand_string");
  if (profile.model.empty()) profile.model = mac.at("hw.model");
  for (const MacGpu& gpu : profile.gpus)
    if (profile.chip.empty() && !generation_of(gpu.name).empty()) profile.chip = gpu.name;
  for (const MetalDevice& device : mac.metal.devices)
    if (profile.chip.empty() && !generation_of(device.name).empty()) profile.chip = device.name;
  // So an Intel program gets the chip's name from Rosetta.
  const bool is_translated = mac.at("machdep.cpu.brand_string").starts_with("VirtualApple");
  mac.knows_chip = !profile.chip.empty() || is_translated || !mac.at("hw.optional.arm64").empty() ||
                   mac.at("machdep.cpu.brand_string").starts_with("Intel");
  mac.is_apple = profile.chip.starts_with("Apple ") || is_translated || mac.at("hw.optional.arm64") == "1";
  const auto is_paravirtual = [](const std::string& name) { return contains(name, "Paravirtual"); };
  mac.is_virtual = mac.at("kern.hv_vmm_present") == "1" || profile.model.starts_with("VirtualMac") ||
                   std::any_of(profile.gpus.begin(), profile.gpus.end(),
                               [&](const MacGpu& gpu) { return is_paravirtual(gpu.name); }) ||
                   std::any_of(mac.metal.devices.begin(), mac.metal.devices.end(),
                               [&](const MetalDevice& device) { return is_paravirtual(device.name); });
  return mac;
}

void read_chip(const Mac& mac, const Evidence& evidence, PlatformFacts& reported, HostFacts& host) {
  const MacProfile& profile = mac.profile;
  if (!profile.chip.empty()) {
    reported.set(fact::mps::chip, profile.chip, mac.sources);
    host.set(fact::cpu::model, profile.chip, mac.sources);
  }
  if (const std::string generation = generation_of(profile.chip); !generation.empty())
    reported.set(fact::mps::chip_generation, generation, mac.sources);
  if (!profile.model.empty()) reported.set(fact::mps::model, profile.model, mac.sources);
  read_cores(profile.processors, host, mac.sources);
  if (const auto bytes = size_bytes(profile.memory)) {
    host.set(fact::memory::total_bytes, *bytes, mac.sources);
    host.set(fact::memory::usable_bytes, *bytes, mac.sources);
  }
  reported.set(fact::mps::apple_silicon,
               mac.knows_chip ? Fact::of(mac.is_apple, mac.sources) : Fact::unknown("the chip was not reported"));
  if (!mac.at("sysctl.proc_translated").empty())
    reported.set(fact::mps::rosetta, mac.at("sysctl.proc_translated") == "1", mac.sysctl_sources);
  else if (mac.is_apple && (evidence.arch == "x86_64" || mac.at("hw.cputype") == "7"))
    reported.set(fact::mps::rosetta, true, mac.sources);  // no other way makes one of Apple's chips look like that
  else if (mac.knows_chip && !mac.is_apple)
    reported.set(fact::mps::rosetta, false, mac.sources);
  if (mac.is_virtual || !mac.at("kern.hv_vmm_present").empty())
    reported.set(fact::mps::virtual_machine, mac.is_virtual, mac.sysctl_sources);
}

void read_memory(const Mac& mac, PlatformFacts& reported, const std::optional<std::int64_t>& memory) {
  if (!mac.is_apple) return;
  const auto limit = whole_number(mac.at("iogpu.wired_limit_mb"));  // macOS 14 and later; 0: macOS chooses
  if (limit && *limit > 0 && *limit < std::int64_t{1} << 40) {
    reported.set(fact::mps::wired_limit_bytes, *limit << 20, mac.sysctl_sources);
    if (memory && *memory > 0)
      reported.set(fact::mps::wired_limit_percent,
                   static_cast<std::int64_t>(static_cast<double>(*limit << 20) * 100.0 / static_cast<double>(*memory)),
                   mac.sysctl_sources);
  } else if (limit) {
    reported.set(fact::mps::wired_limit_bytes, Fact::of_none("macOS chooses", mac.sysctl_sources));
  }
  const auto metal = mac.metal.devices.empty() ? std::nullopt : mac.metal.devices.front().working_set_bytes;
  if (const auto set = working_set(metal, limit, memory)) {
    const std::vector<std::string>& source = metal ? std::vector<std::string>{"ask:metal"} : mac.sysctl_sources;
    reported.set(fact::mps::working_set_bytes, set->bytes, source);
    reported.set(fact::mps::working_set_from, set->from, source);
  } else {
    reported.set(fact::mps::working_set_bytes, Fact::unknown("neither Metal nor the memory was reported"));
  }
  if (!mac.metal.devices.empty() && mac.metal.devices.front().max_buffer_bytes)
    reported.set(fact::mps::max_buffer_bytes, *mac.metal.devices.front().max_buffer_bytes, {"ask:metal"});
}

Layers layers_of(const Mac& mac, const PlatformFacts& reported) {
  Layers layer;
  const bool sees_gpu = !mac.profile.gpus.empty() || !mac.metal.devices.empty();
  layer.set(Layer::bus,
            mac.is_apple || sees_gpu         ? Truth::yes
            : mac.knows_chip && mac.profiled ? Truth::no
                                             : Truth::unknown,
            mac.is_apple ? "Apple silicon"
            : sees_gpu   ? "the Mac lists a GPU"
                         : "no GPU was reported",
            mac.sources);
  if (!mac.knows_chip)
    layer.set(Layer::kernel_driver, Truth::unknown, "the chip was not reported", mac.sources);
  else if (!mac.is_apple)
    layer.set(Layer::kernel_driver, Truth::no, "today's builds for MPS need Apple silicon", mac.sources);
  else if (mac.is_virtual)
    layer.set(Layer::kernel_driver, Truth::unknown,
              "a virtual machine's GPU: only an allocation tells whether it works", mac.sysctl_sources);
  else
    layer.set(Layer::kernel_driver, Truth::yes, "macOS has it", mac.sources);
  if (mac.is_apple && mac.metal.answered && mac.metal.devices.empty())
    layer.set(Layer::device_node, Truth::no, "Metal shows no device to this process", {"ask:metal"});
  else if (mac.is_apple && mac.metal_failed)
    layer.set(Layer::device_node, Truth::unknown, "Metal was asked and did not answer", {"ask:metal"});
  else
    layer.set(Layer::device_node, layer[Layer::bus].holds,
              mac.metal.devices.empty() ? "macOS has no device nodes to open" : "Metal shows it to this process",
              mac.sources);
  const bool* rosetta = reported.get(fact::mps::rosetta);
  if (rosetta && *rosetta)
    layer.set(Layer::user_library, Truth::no,
              "this process is translated by Rosetta, and no x86_64 wheels are made any more", mac.sysctl_sources);
  else
    layer.set(Layer::user_library,
              layer[Layer::bus].holds == Truth::yes && mac.knows_chip ? truth_of(mac.is_apple) : Truth::unknown,
              mac.knows_chip && !mac.is_apple ? "no wheels for Macs without Apple silicon are made any more"
                                              : "Metal is part of macOS",
              mac.sysctl_sources);
  layer[Layer::runtime_init] = LayerState::untried("not tried");
  layer[Layer::kernel_run] = LayerState::untried("not tried");
  return layer;
}

void set_name(Device& device, const std::string& name, const std::vector<std::string>& sources) {
  device.facts.set(fact::device::name, name.empty() ? Fact::unknown("not reported", sources) : Fact::of(name, sources));
  const std::string generation = generation_of(name);
  device.facts.set(fact::device::architecture, generation.empty() ? Fact::unknown("no Apple GPU", sources)
                                                                  : Fact::of("apple_" + lower(generation), sources));
  device.facts.set(fact::device::kind, std::string("gpu"), sources);
}

Device from_profile(const MacGpu& gpu, const std::vector<std::string>& sources) {
  Device device;
  set_name(device, gpu.name, sources);
  const bool is_apple = !generation_of(gpu.name).empty();
  const std::string device_id = lower(gpu.device_id.starts_with("0x") ? gpu.device_id.substr(2) : gpu.device_id);
  for (const auto& [name, value] : {std::pair{fact::device::bus, &gpu.bus},
                                    {fact::device::vendor, &gpu.vendor},
                                    {fact::device::pci_device, &device_id},
                                    {fact::device::metal, &gpu.metal}})
    if (!value->empty()) device.facts.set(name, *value, sources);
  if (gpu.cores) device.facts.set(fact::device::gpu_cores, *gpu.cores, sources);
  const auto vram = size_bytes(gpu.vram);
  device.facts.set(fact::device::memory_total_bytes,
                   vram ? Fact::of(*vram, sources)
                        : Fact::unknown(is_apple ? "the memory is the machine's own" : "not reported", sources));
  device.facts.set(fact::device::integrated, is_apple || gpu.bus == "Built-In", sources);
  return device;
}

Device from_metal(const MetalDevice& gpu, const IoregGpu& ioreg) {
  const std::vector<std::string> sources{"ask:metal"};
  Device device;
  set_name(device, gpu.name, sources);
  if (!gpu.architecture.empty()) device.facts.set(fact::device::metal_architecture, gpu.architecture, sources);
  if (const std::string family = apple_family(gpu.families); !family.empty())
    device.facts.set(fact::device::metal_family, family, sources);
  if (ioreg.cores && (ioreg.model.empty() || ioreg.model == gpu.name))
    device.facts.set(fact::device::gpu_cores, *ioreg.cores, {"command:ioreg -rc IOAccelerator -d1"});
  device.facts.set(
      fact::device::memory_total_bytes,
      Fact::unknown(gpu.unified_memory.value_or(false) ? "the memory is the machine's own" : "not reported", sources));
  if (gpu.unified_memory) device.facts.set(fact::device::integrated, *gpu.unified_memory, sources);
  return device;
}

void read_devices(const Mac& mac, Platform& platform) {
  if (mac.metal.devices.empty())
    for (const MacGpu& gpu : mac.profile.gpus) platform.devices.push_back(from_profile(gpu, mac.sources));
  for (const MetalDevice& gpu : mac.metal.devices) platform.devices.push_back(from_metal(gpu, mac.ioreg));
  if (platform.devices.empty() && mac.is_apple) {
    Device device;
    set_name(device, mac.profile.chip, mac.sources);
    device.facts.set(fact::device::memory_total_bytes, Fact::unknown("the memory is the machine's own"));
    platform.devices.push_back(std::move(device));
  }
  if (platform.devices.empty()) return;
  const DeviceFacts& first = platform.devices.front().facts;
  const auto take = [&](auto from, auto to) {
    if (first.has(from)) platform.facts.set(to, first.copy(from));
  };
  take(fact::device::metal, fact::mps::metal);
  take(fact::device::gpu_cores, fact::mps::gpu_cores);
  take(fact::device::metal_family, fact::mps::metal_family);
  // "Supported, Metal GPUFamily Apple 7" of macOS 11 and 12
  if (const std::string* metal = first.get(fact::device::metal); metal && !platform.facts.has(fact::mps::metal_family))
    if (const std::size_t family = metal->find("Apple "); family != metal->npos)
      platform.facts.set(fact::mps::metal_family, metal->substr(family), first.at(fact::device::metal).sources);
  const auto usable = platform.facts.copy(fact::mps::working_set_bytes);
  for (Device& device : platform.devices)
    if (device.facts.at(fact::device::architecture).known() || (mac.is_apple && mac.is_virtual))
      device.facts.set(fact::device::memory_usable_bytes, usable);
}

/// Linux never has Metal; that the machine is a Mac is worth a word.
void read_linux_on_mac(const Evidence& evidence, PlatformFacts& reported) {
  if (const std::string_view product = trimmed(evidence.text(firmware_product));
      product.starts_with("Apple Virtualization"))
    reported.set(fact::mps::linux_on_mac, std::string("guest"), {key_of(Kind::file, firmware_product)});
  else if (contains(evidence.text(device_tree), "apple,"))
    reported.set(fact::mps::linux_on_mac, std::string("bare"), {key_of(Kind::file, device_tree)});
}

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  Platform platform;
  platform.id = "mps";
  if (evidence.os != "darwin") {
    platform.state = evidence.os.empty() ? State::unknown : State::not_applicable;
    platform.because = evidence.os.empty() ? "the system was not recorded" : "Apple MPS needs macOS";
    read_linux_on_mac(evidence, platform.facts);
    facts.platforms.push_back(std::move(platform));
    return facts;
  }
  const Mac mac = look_at(evidence);
  PlatformFacts& reported = platform.facts;
  read_chip(mac, evidence, reported, facts.host);
  auto memory = whole_number(mac.at("hw.memsize"));
  for (const auto& [line, answer] : evidence.commands("sysctl"))  // "sysctl -n hw.memsize" prints the number alone
    if (!memory && line.ends_with("hw.memsize")) memory = whole_number(trimmed(answer->text));
  if (!memory) memory = size_bytes(mac.profile.memory);
  read_memory(mac, reported, memory);
  if (mac.metal.answered)
    reported.set(fact::mps::metal_devices, static_cast<std::int64_t>(mac.metal.devices.size()), {"ask:metal"});
  read_pythons(evidence, reported);
  read_plugins(evidence, reported, facts.host);
  read_environment(evidence, reported);
  read_devices(mac, platform);
  platform.layers = layers_of(mac, reported);
  platform.state = state_of(platform.layers);
  if (platform.state == State::ready) {
    platform.because = mac.profile.chip.empty() ? "through Metal" : mac.profile.chip + ", through Metal";
  } else {
    // What is known to be in the way says more than what nobody recorded.
    platform.because = first_reason(platform.layers, Truth::no);
    if (platform.because.empty()) platform.because = first_reason(platform.layers, Truth::unknown);
  }
  for (Device& device : platform.devices) {
    device.layers = platform.layers;
    device.state = platform.state;
    device.because = platform.because;
  }
  read_mps_proofs(evidence, platform);
  facts.platforms.push_back(std::move(platform));
  return facts;
}

}  // namespace

const Probe mps_probe{"mps", {}, next, read};

}  // namespace rigfit
