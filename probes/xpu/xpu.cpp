#include "probes/xpu/xpu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "fact_names/device.hpp"
#include "fact_names/xpu.hpp"
#include "facts/product_names.hpp"
#include "probes/layers/accelerator.hpp"
#include "probes/layers/find_device.hpp"
#include "probes/layers/join.hpp"
#include "probes/layers/kernel_logs.hpp"
#include "probes/parse/text.hpp"
#include "probes/xpu/intel_gpu_log.hpp"
#include "probes/xpu/level_zero.hpp"
#include "probes/xpu/oneapi.hpp"
#include "probes/xpu/tools.hpp"
#include "probes/xpu/wsl.hpp"
#include "text/join.hpp"

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
  for (Request& request : oneapi_requests()) requests.push_back(std::move(request));
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
  if (lacks_driver(evidence, kind) || has_level_zero_failed(evidence))
    for (Request& request : kernel_log_requests()) requests.push_back(std::move(request));
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
  const std::string* address = device.facts.get(fact::device::pci_address);
  const bool* integrated = device.facts.get(fact::device::integrated);
  if (!address || !integrated || *integrated) return;
  const std::string path = "/sys/bus/pci/devices/" + *address + "/resource";
  if (const auto bytes = bar_2_bytes(evidence.text(path)))
    device.facts.set(fact::device::bar_bytes, *bytes, {key_of(Kind::file, path)});
}

/// "Intel(R) Graphics [0x56c1]" → "56c1": what drivers call a GPU whose name they do not know.
std::string id_in_name(std::string_view name) {
  const std::size_t open = name.find("[0x");
  const std::string_view id = open == name.npos ? "" : name.substr(open + 3, name.find(']', open) - open - 3);
  return id.size() == 4 && whole_number(id, 16) ? lower(id) : "";
}

void fill_in(const IntelGpu& reported, const std::vector<std::string>& source, const DeviceTable& table,
             Device& device) {
  if (!reported.name.empty()) device.facts.set(fact::device::name, reported.name, source);
  device.facts.set_if_unknown(fact::device::kind, Fact::of(std::string("gpu"), source));
  if (!reported.address.empty()) device.facts.set(fact::device::pci_address, reported.address, source);
  if (!reported.pci_device.empty())
    device.facts.set_if_unknown(fact::device::pci_device, Fact::of(reported.pci_device, source));
  if (!reported.driver_version.empty()) device.facts.set(fact::device::driver_version, reported.driver_version, source);
  if (!reported.ip_version.empty()) device.facts.set(fact::device::ip_version, reported.ip_version, source);
  if (reported.execution_units) device.facts.set(fact::device::execution_units, *reported.execution_units, source);
  if (reported.integrated)
    device.facts.set_if_unknown(fact::device::integrated, Fact::of(*reported.integrated, source));
  device.facts.set_if_unknown(fact::device::memory_total_bytes, reported.memory_bytes
                                                                    ? Fact::of(*reported.memory_bytes, source)
                                                                    : Fact::unknown("not reported", source));
  const std::string id = reported.pci_device.empty() ? id_in_name(reported.name) : reported.pci_device;
  const DeviceModel* model = id.empty() ? nullptr : table.find("8086", id);
  std::vector<std::string> targets = architectures_of_product(table, "8086", reported.name);
  if (model) targets = {model->architecture};
  std::erase(targets, "");
  device.facts.set_if_unknown(
      fact::device::architecture,
      targets.empty() ? Fact::unknown("not reported", source)
                      : Fact::one_of(targets, "its name fits several GPUs: " + join(targets, " or "), source));
}

/// What a tool or Level Zero lists.
struct ReportedListing {
  std::string key, numbering;
  std::vector<IntelGpu> gpus;
  bool is_whole = true;  ///< neither cut nor about some devices only
};

std::vector<ReportedListing> all_reported(const Evidence& evidence) {
  std::vector<ReportedListing> all;
  for (LevelZeroAnswer& answer : level_zero_answers(evidence))
    if (answer.reported)
      all.push_back(
          {answer.key, "level-zero", std::move(answer.reported->gpus), !evidence.env("ZE_AFFINITY_MASK").found()});
  for (const auto& [line, answer] : evidence.commands("clinfo"))
    all.push_back({"command:" + std::string(line), "opencl", parse_intel_json(answer->text), !answer->truncated});
  for (const char* program : {"xpu-smi", "xpumcli"})
    for (const auto& [line, answer] : evidence.commands(program))
      all.push_back({"command:" + std::string(line), "xpu-smi", parse_discovery(answer->text),
                     !answer->truncated && !contains(line, " -d ") && !contains(line, " --device")});
  return all;
}

/// Intel's functions on the bus, and everything reported, joined. Row 0 is the bus.
DeviceJoin join_reported(const Evidence& evidence, const std::vector<PciDevice>& on_bus,
                         const std::vector<ReportedListing>& reported) {
  std::vector<DeviceListing> listings(1);
  listings[0].is_authority = pci_was_listed(evidence) == Truth::yes;
  for (const PciDevice& pci : on_bus)
    listings[0].rows.push_back(
        {pci.address, "", std::nullopt, "", pci.device, !pci.driver || *pci.driver == "i915" || *pci.driver == "xe"});
  for (const ReportedListing& one : reported) {
    DeviceListing& listing = listings.emplace_back();
    listing.numbering = one.numbering;
    if (one.is_whole) listing.length = one.gpus.size();
    for (const IntelGpu& gpu : one.gpus) listing.rows.push_back({gpu.address, "", gpu.index, "", gpu.pci_device});
  }
  return join_listings(listings);
}

/// A GPU that only a tool saw is there, and its runtime reached it.
Device& add_reported(const std::vector<std::string>& source, Platform& platform) {
  Device& device = platform.devices.emplace_back();
  for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library})
    device.layers.set(layer, Truth::yes, "a tool lists it", source);
  device.layers.set(Layer::runtime_init, Truth::yes, "the runtime lists it", source);
  return device;
}

/// What is reported beside what files show. A GPU of the bus that no framework names stays out.
class ReportedGpus {
 public:
  ReportedGpus(const Evidence& evidence, const DeviceTable& table) : table_(table), reported_(all_reported(evidence)) {
    for (const PciDevice& pci : pci_devices(evidence))
      if (is_display(pci)) on_bus_.push_back(pci);
    join_ = join_reported(evidence, on_bus_, reported_);
  }

  void fill_in_level_zero(Platform& platform) { take(platform, true); }

  void fill_in_tools(Platform& platform) {
    take(platform, false);
    if (!unplaced_.empty()) platform.facts.set(fact::xpu::unplaced_rows, unplaced_, unplaced_sources_);
  }

 private:
  void take(Platform& platform, bool of_level_zero) {
    for (std::size_t n = 0; n < reported_.size(); ++n)
      for (std::size_t row = 0; row < reported_[n].gpus.size(); ++row)
        if ((reported_[n].numbering == "level-zero") == of_level_zero) take(n, row, platform, of_level_zero);
  }

  void take(std::size_t listing, std::size_t row, Platform& platform, bool only_known) {
    const IntelGpu& gpu = reported_[listing].gpus[row];
    const std::vector<std::string> source{reported_[listing].key};
    const auto device = join_.at[listing + 1][row];
    if (!device) {
      unplaced_.push_back(fmt::format("{} of {}", gpu.name.empty() ? fmt::format("row {}", row + 1) : gpu.name,
                                      source[0].substr(source[0].find(':') + 1)));
      unplaced_sources_.push_back(source[0]);
      return;
    }
    if (Device* known = known_device(*device, platform)) {
      fill_in(gpu, source, table_, *known);
    } else if (!only_known && !is_on_bus(*device)) {
      added_[*device] = platform.devices.size();
      fill_in(gpu, source, table_, add_reported(source, platform));
    }
  }

  std::optional<std::size_t> bus_row(std::size_t device) const {
    const auto& rows = join_.at.front();
    const auto at = std::find(rows.begin(), rows.end(), std::optional(device));
    return at == rows.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - rows.begin()));
  }
  bool is_on_bus(std::size_t device) const { return bus_row(device).has_value(); }

  Device* known_device(std::size_t device, Platform& platform) const {
    if (const auto added = added_.find(device); added != added_.end()) return &platform.devices[added->second];
    if (const auto row = bus_row(device)) return device_at(platform, on_bus_[*row].address);
    for (std::size_t n = 0; n < reported_.size(); ++n)  // WSL's, which Level Zero reported of
      for (std::size_t row = 0; row < reported_[n].gpus.size(); ++row)
        if (join_.at[n + 1][row] == device && !reported_[n].gpus[row].address.empty())
          if (Device* known = device_at(platform, reported_[n].gpus[row].address)) return known;
    return nullptr;
  }

  const DeviceTable& table_;
  std::vector<ReportedListing> reported_;
  std::vector<PciDevice> on_bus_;
  DeviceJoin join_;
  std::map<std::size_t, std::size_t> added_;
  std::vector<std::string> unplaced_, unplaced_sources_;
};

/// In WSL 2 only Level Zero tells of GPUs. Whether it lists one that no framework names.
bool add_in_wsl(const Evidence& evidence, const DeviceTable& table, Platform& platform) {
  bool any_unnamed = false;
  const std::vector<LevelZeroAnswer> answers = level_zero_answers(evidence);
  if (answers.empty() || !answers.back().reported) return false;
  for (const IntelGpu& one : answers.back().reported->gpus) {
    const DeviceModel* model = one.pci_device.empty() ? nullptr : table.find("8086", one.pci_device);
    if (!model || model->platform != kind.platform) {
      any_unnamed = true;
      continue;
    }
    Device& device = platform.devices.emplace_back();
    fill_in(one, {answers.back().key}, table, device);
    device.facts.set(fact::device::supported, true, {answers.back().key});
    judge_in_wsl(evidence, answers.back().key, device);
  }
  return any_unnamed;
}

/// An Intel GPU that no framework names is there nevertheless. What is not in the table may be new.
void add_unnamed(const Evidence& evidence, const DeviceTable& table, Platform& platform) {
  const State alone = platform.state;
  for (const PciDevice& pci : pci_devices(evidence)) {
    if (!is_display(pci) || device_at(platform, pci.address)) continue;
    const DeviceModel* model = pci.device.empty() ? nullptr : table.find(pci.vendor, pci.device);
    if (!model) model = table.find_chip(pci.vendor, pci.name);
    const std::string name = name_of_device(model, pci.name);
    const bool is_too_old = model && model->platform.empty();
    Device device;
    device.facts.set(fact::device::name, name.empty() ? Fact::unknown("its id is not in the device table", pci.sources)
                                                      : Fact::of(name, pci.sources));
    device.facts.set(fact::device::architecture, Fact::unknown("its id is not in the device table", pci.sources));
    device.facts.set(fact::device::memory_total_bytes, Fact::unknown("no source tells it", pci.sources));
    device.facts.set(fact::device::kind, std::string("display"), pci.sources);
    device.facts.set(fact::device::supported, is_too_old ? Fact::of(false, pci.sources)
                                              : pci.device.empty()
                                                  ? Fact::unknown("its device id was not recorded", pci.sources)
                                                  : Fact::unknown("its id is not in the device table", pci.sources));
    device.facts.set(fact::device::pci_address, pci.address, pci.sources);
    device.facts.set(fact::device::pci_vendor, pci.vendor, pci.sources);
    device.facts.set(fact::device::pci_device, pci.device, pci.sources);
    if (pci.driver)
      device.facts.set(fact::device::kernel_driver, pci.driver->empty()
                                                        ? Fact::of_none("no driver is bound", pci.sources)
                                                        : Fact::of(*pci.driver, pci.sources));
    device.because = is_too_old           ? "no framework names it"
                     : pci.device.empty() ? "its device id was not recorded"
                                          : "its id is not in the device table";
    device.state = is_too_old || (pci.device.empty() && alone == State::absent) ? State::absent : State::unknown;
    if (platform.state == State::absent) {
      platform.state = device.state;
      platform.because = device.state == State::absent ? "an Intel GPU that no framework names"
                                                       : "an Intel GPU that is not in the table";
    }
    platform.devices.push_back(std::move(device));
  }
}

/// What a framework can take of a GPU's memory: all of a card's own; of the host's, what the driver offers.
void set_usable_memory(Device& device) {
  const std::int64_t* total = device.facts.get(fact::device::memory_total_bytes);
  const bool* integrated = device.facts.get(fact::device::integrated);
  const std::vector<std::string>& sources = device.facts.at(fact::device::memory_total_bytes).sources;
  if (!total || !integrated) {
    device.facts.set(fact::device::memory_usable_bytes, Fact::unknown("its memory was not reported", sources));
    return;
  }
  device.facts.set(fact::device::memory_usable_bytes, *total, sources);
  device.facts.set(
      fact::device::memory_usable_because,
      std::string(*integrated ? "the part of the host's memory that its driver offers; the CPU takes from the same"
                              : "all of its own memory"),
      sources);
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Platform platform = read_accelerator(evidence, table, kind);
  for (Device& device : platform.devices) {
    device.facts.set(fact::device::supported, true, device.facts.at(fact::device::name).sources);
    set_bar(evidence, device);
  }
  ReportedGpus reported(evidence, table);
  reported.fill_in_level_zero(platform);
  judge_runtime(evidence, platform);
  const bool in_wsl = platform.devices.empty() && is_in_wsl(evidence);
  const bool any_unnamed = in_wsl && add_in_wsl(evidence, table, platform);
  reported.fill_in_tools(platform);
  read_xpu_proofs(evidence, platform);
  read_intel_gpu_log(evidence, platform);
  read_oneapi(evidence, platform);
  conclude(evidence, kind, platform);
  if (in_wsl && platform.devices.empty()) {
    stand_without_devices_in_wsl(evidence, platform);
    if (any_unnamed) platform.state = State::absent, platform.because = "an Intel GPU that no framework names";
  }
  for (Device& device : platform.devices) set_usable_memory(device);
  add_unnamed(evidence, table, platform);
  Facts facts;
  facts.platforms.push_back(std::move(platform));
  return facts;
}

const Requests looks_at = pci_first_look();

}  // namespace

const Probe xpu_probe{"xpu", looks_at, next, read};

}  // namespace rigfit
