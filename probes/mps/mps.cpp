#include "probes/mps/mps.hpp"

#include <map>

#include "probes/cpu/cpu.hpp"
#include "probes/mps/system_profiler.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

Requests next(const Evidence& evidence, const DeviceTable&) {
  if (evidence.os != "darwin") return {};
  return {command("system_profiler", {"SPDisplaysDataType", "-json"})};
}

/// "8 (4 performance and 4 efficiency)", "proc 8:4:4" → total, performance, efficiency
void read_cores(const std::string& text, FactTable& host, const std::vector<std::string>& source) {
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
  host.set("cpu.physical_cores", numbers[0], source);
  host.set("cpu.performance_cores", numbers[1], source);
  host.set("cpu.efficiency_cores", numbers[2], source);
}

/// "0x0141" → "0141"
std::string without_0x(const std::string& id) { return lower(id.starts_with("0x") ? id.substr(2) : id); }

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  Platform platform;
  platform.id = "mps";
  if (evidence.os != "darwin") {
    platform.state = evidence.os.empty() ? State::unknown : State::not_applicable;
    platform.because = evidence.os.empty() ? "the system was not recorded" : "Apple MPS needs macOS";
    facts.platforms.push_back(std::move(platform));
    return facts;
  }
  MacProfile profile;
  std::vector<std::string> sources;
  bool profiled = false;
  for (const auto& [line, answer] : evidence.commands("system_profiler")) {
    const std::string_view text = trimmed(answer->text);
    MacProfile one = text.starts_with('{')       ? parse_system_profiler_json(text)
                     : text.starts_with("<?xml") ? parse_system_profiler_xml(text)
                                                 : parse_system_profiler_text(answer->text);
    for (std::string MacProfile::*field :
         {&MacProfile::model, &MacProfile::chip, &MacProfile::memory, &MacProfile::processors})
      if ((profile.*field).empty()) profile.*field = one.*field;
    if (profile.gpus.empty()) profile.gpus = std::move(one.gpus);
    profiled = profiled || (answer->found() && !answer->truncated && one.lists_gpus);
    sources.push_back("command:" + std::string(line));
  }
  std::map<std::string_view, std::string_view> sysctl;
  std::vector<std::string> sysctl_sources;
  for (const auto& [line, answer] : evidence.commands("sysctl")) {
    for (const auto& [key, value] : parse_sysctl(answer->text)) sysctl.emplace(key, value);
    sysctl_sources.push_back("command:" + std::string(line));
  }
  const auto at = [&](std::string_view key) { return sysctl.count(key) ? sysctl[key] : std::string_view{}; };
  if (profile.chip.empty() && contains(at("machdep.cpu.brand_string"), "Apple"))
    profile.chip = at("machdep.cpu.brand_string");
  if (profile.model.empty()) profile.model = at("hw.model");
  for (const MacGpu& gpu : profile.gpus)
    if (profile.chip.empty() && gpu.name.starts_with("Apple M")) profile.chip = gpu.name;
  if (!profile.chip.empty())
    platform.facts.set("chip", profile.chip, sources), facts.host.set("cpu.model", profile.chip, sources);
  if (!profile.model.empty()) platform.facts.set("model", profile.model, sources);
  read_cores(profile.processors, facts.host, sources);
  if (const auto bytes = size_bytes(profile.memory))
    facts.host.set("memory.total_bytes", *bytes, sources), facts.host.set("memory.usable_bytes", *bytes, sources);
  const bool knows_chip = !profile.chip.empty() || !at("hw.optional.arm64").empty();
  const bool apple = contains(profile.chip, "Apple") || at("hw.optional.arm64") == "1";
  platform.facts.set("apple_silicon", knows_chip ? Fact::of(apple, sources) : Fact::unknown("the chip was not told"));
  if (!at("sysctl.proc_translated").empty())
    platform.facts.set("rosetta", at("sysctl.proc_translated") == "1", sysctl_sources);
  else if (apple && evidence.arch == "x86_64")
    platform.facts.set("rosetta", true, sources);  // no other way makes one of Apple's chips look like that
  if (!at("kern.hv_vmm_present").empty())
    platform.facts.set("virtual_machine", at("kern.hv_vmm_present") == "1", sysctl_sources);

  for (const MacGpu& gpu : profile.gpus) {
    Device device;
    device.facts.set("name", gpu.name.empty() ? Fact::unknown("not told", sources) : Fact::of(gpu.name, sources));
    const std::string architecture = gpu.name.starts_with("Apple M") ? "apple_" + lower(words_of(gpu.name)[1]) : "";
    device.facts.set("architecture",
                     architecture.empty() ? Fact::unknown("no Apple GPU", sources) : Fact::of(architecture, sources));
    device.facts.set("kind", std::string("gpu"), sources);
    if (!gpu.bus.empty()) device.facts.set("bus", gpu.bus, sources);
    if (!gpu.vendor.empty()) device.facts.set("vendor", gpu.vendor, sources);
    if (!gpu.device_id.empty()) device.facts.set("pci_device", without_0x(gpu.device_id), sources);
    if (!gpu.metal.empty()) device.facts.set("metal", gpu.metal, sources);
    if (gpu.cores) device.facts.set("gpu_cores", *gpu.cores, sources);
    const auto vram = size_bytes(gpu.vram);
    device.facts.set(
        "memory_total_bytes",
        vram ? Fact::of(*vram, sources)
             : Fact::unknown(architecture.empty() ? "not told" : "the memory is the machine's own", sources));
    device.facts.set("integrated", !architecture.empty() || gpu.bus == "Built-In", sources);
    platform.devices.push_back(std::move(device));
  }
  if (!profile.gpus.empty() && !profile.gpus[0].metal.empty())
    platform.facts.set("metal", profile.gpus[0].metal, sources);
  if (!profile.gpus.empty() && profile.gpus[0].cores) platform.facts.set("gpu_cores", *profile.gpus[0].cores, sources);

  const auto layers = [&](Layers& layer) {
    layer.set(Layer::bus,
              apple || !profile.gpus.empty() ? Truth::yes
              : knows_chip && profiled       ? Truth::no
                                             : Truth::unknown,
              apple                  ? "Apple silicon"
              : profile.gpus.empty() ? "no GPU was told"
                                     : "the Mac lists a GPU",
              sources);
    layer.set(Layer::kernel_driver, knows_chip ? truth_of(apple) : Truth::unknown,
              apple        ? "macOS has it"
              : knows_chip ? "PyTorch's MPS needs Apple silicon"
                           : "the chip was not told",
              sources);
    layer.set(Layer::device_node, layer[Layer::kernel_driver].holds, "macOS has no device nodes", sources);
    const bool* rosetta = platform.facts.get<bool>("rosetta");
    layer.set(Layer::user_library, rosetta && *rosetta ? Truth::no : layer[Layer::kernel_driver].holds,
              rosetta && *rosetta ? "this process is translated by Rosetta, and no x86_64 wheels are made any more"
                                  : "Metal is part of macOS",
              sysctl_sources);
    layer.set(Layer::runtime_init, Truth::unknown, "not tried");
    layer.set(Layer::kernel_run, Truth::unknown, "not tried");
  };
  layers(platform.layers);
  platform.state = state_of(platform.layers);
  platform.because =
      platform.state == State::ready ? profile.chip + ", through Metal" : platform.layers[Layer::kernel_driver].because;
  if (platform.state == State::blocked && platform.layers[Layer::kernel_driver].holds == Truth::yes)
    platform.because = platform.layers[Layer::user_library].because;
  if (platform.devices.empty() && apple) {
    Device device;
    device.facts.set("name", profile.chip.empty() ? Fact::unknown("not told") : Fact::of(profile.chip, sources));
    device.facts.set("architecture", profile.chip.starts_with("Apple M")
                                         ? Fact::of("apple_" + lower(words_of(profile.chip)[1]), sources)
                                         : Fact::unknown("not told"));
    device.facts.set("kind", std::string("gpu"), sources);
    device.facts.set("memory_total_bytes", Fact::unknown("the memory is the machine's own"));
    platform.devices.push_back(std::move(device));
  }
  for (Device& device : platform.devices) {
    layers(device.layers);
    device.state = platform.state;
    device.because = platform.because;
  }
  facts.platforms.push_back(std::move(platform));
  return facts;
}

}  // namespace

const Probe mps_probe{"mps", {}, next, read};

}  // namespace rigfit
