#include "probes/xpu/xpu.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "probes/layers/accelerator.hpp"
#include "probes/parse/text.hpp"
#include "probes/xpu/listed.hpp"
#include "probes/xpu/runtime.hpp"
#include "probes/xpu/wsl.hpp"

namespace rigfit {
namespace {

bool is_display(const PciDevice& device) { return device.vendor == "8086" && device.pci_class.starts_with("03"); }

const AcceleratorKind kind{"xpu",
                           "Intel GPU that frameworks name",
                           {"i915", "xe"},
                           {{"/dev/dri", "renderD", "/sys/class/drm"}},
                           {"8086"},
                           is_display,
                           {},
                           ""};

// Order of evidence: 1. vendor and class of each PCI function (always read) 2. of Intel's display controllers: id,
// driver, render node, BARs, files of Level Zero 3. Level Zero itself, in a child, where a GPU is there that frameworks
// name, its driver is bound, and none of Intel's is asleep (or the user lets it be woken).
Requests next(const Evidence& evidence, const DeviceTable& table) {
  Requests requests = accelerator_next(evidence, kind);
  if (requests.empty()) return is_in_wsl(evidence) ? xpu_wsl_requests(evidence) : Requests{};
  for (Request& request : level_zero_requests()) requests.push_back(std::move(request));
  bool is_worth_asking = false, is_asleep = false;
  for (const PciDevice& pci : pci_devices(evidence)) {
    if (!is_display(pci)) continue;
    const DeviceModel* model = table.find(pci.vendor, pci.device);
    const bool is_named = model && model->platform == kind.platform;
    if (is_named && model->integrated == false)
      requests.push_back(file("/sys/bus/pci/devices/" + pci.address + "/resource", 4096));
    if (is_named && pci.driver && (*pci.driver == "i915" || *pci.driver == "xe")) is_worth_asking = true;
    if (pci.power_state == "suspended") is_asleep = true;
  }
  if (is_worth_asking)
    for (Request& request : asking_level_zero(is_asleep)) requests.push_back(std::move(request));
  for (Request& request : xpu_proof_requests(evidence, is_asleep)) requests.push_back(std::move(request));
  return requests;
}

// 0x0000004000000000 0x00000043ffffffff 0x000000000014220c     (a line a BAR: first and last address, flags)
// BAR 2 is the window onto the GPU's memory. https://docs.kernel.org/PCI/sysfs-pci.html
std::optional<std::int64_t> bar_2_bytes(std::string_view resource) {
  const auto lines = lines_of(resource);
  if (lines.size() < 3) return std::nullopt;
  const auto words = words_of(lines[2]);
  const auto first = words.size() > 1 ? whole_number(words[0]) : std::nullopt,
             last = words.size() > 1 ? whole_number(words[1]) : std::nullopt;
  if (!first || !last || *first <= 0 || *last <= *first) return std::nullopt;
  return *last - *first + 1;
}

void set_bar(const Evidence& evidence, Device& device) {
  const std::string* address = device.facts.get<std::string>("pci_address");
  const bool* integrated = device.facts.get<bool>("integrated");
  if (!address || !integrated || *integrated) return;
  const std::string path = "/sys/bus/pci/devices/" + *address + "/resource";
  if (const auto bytes = bar_2_bytes(evidence.text(path)))
    device.facts.set("bar_bytes", *bytes, {key_of(Kind::file, path)});
}

void fill_in(const ToldGpu& told, const std::vector<std::string>& source, const DeviceTable& table, Device& device) {
  if (!told.name.empty()) device.facts.set("name", told.name, source);
  device.facts.set_if_unknown("kind", Fact::of(std::string("gpu"), source));
  if (!told.address.empty()) device.facts.set("pci_address", told.address, source);
  if (!told.pci_device.empty()) device.facts.set_if_unknown("pci_device", Fact::of(told.pci_device, source));
  if (!told.driver_version.empty()) device.facts.set("driver_version", told.driver_version, source);
  if (!told.ip_version.empty()) device.facts.set("ip_version", told.ip_version, source);
  if (told.execution_units) device.facts.set("execution_units", *told.execution_units, source);
  if (told.integrated) device.facts.set_if_unknown("integrated", Fact::of(*told.integrated, source));
  device.facts.set_if_unknown("memory_total_bytes", told.memory_bytes ? Fact::of(*told.memory_bytes, source)
                                                                      : Fact::unknown("not told", source));
  const DeviceModel* model = told.pci_device.empty() ? nullptr : table.find("8086", told.pci_device);
  device.facts.set_if_unknown("architecture", model && !model->architecture.empty()
                                                  ? Fact::of(model->architecture, source)
                                                  : Fact::unknown("not told", source));
}

Device* device_at(Platform& platform, const std::string& address) {
  for (Device& device : platform.devices)
    if (const std::string* own = device.facts.get<std::string>("pci_address"); own && *own == address) return &device;
  return nullptr;
}

/// A tool's list beside what files show. What only a tool saw is there, and its runtime reached it.
void add_told(const std::vector<ToldGpu>& told, const DeviceTable& table, const std::vector<std::string>& source,
              Platform& platform) {
  for (const ToldGpu& one : told) {
    Device* device = one.address.empty() ? nullptr : device_at(platform, one.address);
    if (!device) {
      device = &platform.devices.emplace_back();
      for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library})
        device->layers.set(layer, Truth::yes, "a tool lists it", source);
      device->layers.set(Layer::runtime_init, Truth::yes, "the runtime lists it", source);
    }
    fill_in(one, source, table, *device);
  }
}

/// In WSL 2 only Level Zero tells of GPUs. Whether it lists one that no framework names.
bool add_in_wsl(const Evidence& evidence, const DeviceTable& table, Platform& platform) {
  bool any_unnamed = false;
  const std::vector<LevelZeroAnswer> answers = level_zero_answers(evidence);
  if (answers.empty() || !answers.back().told) return false;
  for (const ToldGpu& one : answers.back().told->gpus) {
    const DeviceModel* model = one.pci_device.empty() ? nullptr : table.find("8086", one.pci_device);
    if (!model || model->platform != kind.platform) {
      any_unnamed = true;
      continue;
    }
    Device& device = platform.devices.emplace_back();
    fill_in(one, {answers.back().key}, table, device);
    device.facts.set("supported", true, {answers.back().key});
    judge_in_wsl(evidence, answers.back().key, device);
  }
  return any_unnamed;
}

/// An Intel GPU that no framework names is there all the same.
void add_unnamed(const Evidence& evidence, Platform& platform) {
  const State alone = platform.state;
  for (const PciDevice& pci : pci_devices(evidence)) {
    if (!is_display(pci) || device_at(platform, pci.address)) continue;
    Device device;
    device.facts.set("name", pci.name.empty() ? Fact::unknown("its id is not in the device table", pci.sources)
                                              : Fact::of(pci.name, pci.sources));
    device.facts.set("architecture", Fact::unknown("its id is not in the device table", pci.sources));
    device.facts.set("memory_total_bytes", Fact::unknown("no source tells it", pci.sources));
    device.facts.set("kind", std::string("display"), pci.sources);
    device.facts.set("supported", pci.device.empty() ? Fact::unknown("its device id was not recorded", pci.sources)
                                                     : Fact::of(false, pci.sources));
    device.facts.set("pci_address", pci.address, pci.sources);
    device.facts.set("pci_vendor", pci.vendor, pci.sources);
    device.facts.set("pci_device", pci.device, pci.sources);
    if (pci.driver)
      device.facts.set("kernel_driver", pci.driver->empty() ? Fact::of_none("no driver is bound", pci.sources)
                                                            : Fact::of(*pci.driver, pci.sources));
    device.because = pci.device.empty() ? "its device id was not recorded" : "no framework names it";
    device.state = alone == State::absent || !pci.device.empty() ? State::absent : State::unknown;
    platform.devices.push_back(std::move(device));
    if (platform.state == State::absent) platform.because = "an Intel GPU that no framework names";
  }
}

/// What a framework can take of a GPU's memory: all of a card's own; of the host's, what the driver offers.
void set_usable_memory(Device& device) {
  const std::int64_t* total = device.facts.get<std::int64_t>("memory_total_bytes");
  const bool* integrated = device.facts.get<bool>("integrated");
  const std::vector<std::string>& sources = device.facts.at("memory_total_bytes").sources;
  if (!total || !integrated) {
    device.facts.set("memory_usable_bytes", Fact::unknown("its memory was not told", sources));
    return;
  }
  device.facts.set("memory_usable_bytes", *total, sources);
  device.facts.set(
      "memory_usable_because",
      std::string(*integrated ? "the part of the host's memory that its driver offers; the CPU takes from the same"
                              : "all of its own memory"),
      sources);
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Platform platform = read_accelerator(evidence, table, kind);
  for (Device& device : platform.devices) {
    device.facts.set("supported", true, device.facts.at("name").sources);
    set_bar(evidence, device);
  }
  for (const LevelZeroAnswer& answer : level_zero_answers(evidence)) {
    if (!answer.told) continue;
    for (const ToldGpu& one : answer.told->gpus)
      if (Device* device = device_at(platform, one.address)) fill_in(one, {answer.key}, table, *device);
  }
  judge_runtime(evidence, platform);
  const bool in_wsl = platform.devices.empty() && is_in_wsl(evidence);
  const bool any_unnamed = in_wsl && add_in_wsl(evidence, table, platform);
  for (const auto& [line, answer] : evidence.commands("clinfo"))
    add_told(parse_intel_json(answer->text), table, {"command:" + std::string(line)}, platform);
  for (const char* program : {"xpu-smi", "xpumcli"})
    for (const auto& [line, answer] : evidence.commands(program))
      add_told(parse_discovery(answer->text), table, {"command:" + std::string(line)}, platform);
  read_xpu_proofs(evidence, platform);
  conclude(evidence, kind, platform);
  if (in_wsl && platform.devices.empty()) {
    stand_without_devices_in_wsl(evidence, platform);
    if (any_unnamed) platform.state = State::absent, platform.because = "an Intel GPU that no framework names";
  }
  for (Device& device : platform.devices) set_usable_memory(device);
  add_unnamed(evidence, platform);
  Facts facts;
  facts.platforms.push_back(std::move(platform));
  return facts;
}

const Requests looks_at = pci_first_look();

}  // namespace

const Probe xpu_probe{"xpu", looks_at, next, read};

}  // namespace rigfit
