#include "probes/xpu/level_zero.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "fact_names/device.hpp"
#include "fact_names/xpu.hpp"
#include "probes/layers/accelerator.hpp"
#include "probes/parse/text.hpp"
#include "probes/proof/proof.hpp"

namespace rigfit {
namespace {

// PyTorch's wheels bring oneAPI's runtime, and neither of these two.
constexpr const char* loader_name = "libze_loader.so.1";
constexpr const char* driver_name = "libze_intel_gpu.so.1";

// ze_result_t: https://oneapi-src.github.io/level-zero-spec/level-zero/latest/core/api.html
constexpr std::int64_t uninitialized = 0x78000001;

LayerState file_layer(const Evidence& evidence, const char* name) {
  AcceleratorKind files{};
  files.libraries = in_library_folders({name});
  files.library_name = name;
  return library_layer(evidence, files);
}

constexpr const char* list_key = "ask:level-zero";
constexpr const char* start_key = "ask:level-zero core";
constexpr std::string_view proof_key = "ask:prove-xpu ";
constexpr std::size_t most_gpus = 16;

/// What the answer says of the library and of what runs on it; unknown where it says nothing.
struct Asked {
  std::optional<LayerState> library;  ///< empty: it was not asked, or did not come to tell
  LayerState runtime = LayerState::untried("not tried: it would make a context on the GPU");
  std::string problem;  ///< of xpu.runtime_problem; empty: none known
  std::string trouble;  ///< the same in the library's own words
};

Asked judge_answer(const Answer& answer, const LevelZeroAnswer& asking, bool is_any_node_open) {
  const std::vector<std::string> source{asking.key};
  const std::optional<LevelZero>& reported = asking.reported;
  Asked asked;
  switch (answer.outcome) {
    case Outcome::found:
      break;
    case Outcome::absent:
      asked.library = LayerState{Truth::no, std::string(loader_name) + " could not be found", source};
      asked.problem = "loader_missing";
      return asked;
    case Outcome::failed:
      asked.library = LayerState{Truth::no, "Level Zero could not be loaded: " + answer.why, source};
      asked.problem = "loader_broken";
      asked.trouble = answer.why;
      return asked;
    case Outcome::crashed:
      asked.runtime = {Truth::no, fmt::format("Level Zero ended by signal {}", answer.signal.value_or(0)), source};
      asked.problem = "crashed";
      return asked;
    case Outcome::timed_out:
    case Outcome::stuck:
      asked.runtime = {Truth::no, "Level Zero did not answer in time", source};
      asked.problem = "hangs";
      return asked;
    default:
      return asked;
  }
  if (!reported) {
    asked.library = LayerState{Truth::unknown, "Level Zero's answer could not be read", source};
    return asked;
  }
  asked.library = LayerState{Truth::yes, reported->library + " was loaded", source};
  if (!reported->error_call.empty() && reported->gpus.empty()) {  // else another driver failed
    const bool has_no_driver = reported->error_code == uninitialized;
    const std::string what =
        fmt::format("{}: {} (0x{:x})", reported->error_call, reported->error_text, reported->error_code);
    // Intel's driver opens the render nodes, and calls itself not initialized where it may open none: the files tell
    // whether it is there.
    if (has_no_driver && !is_any_node_open) {
      asked.library.reset();
      asked.runtime = LayerState::untried("no render node can be opened, so that Level Zero finds nothing");
      asked.trouble = what;
      return asked;
    }
    (has_no_driver ? *asked.library : asked.runtime) = {Truth::no, what, source};
    asked.problem = has_no_driver ? "no_driver" : "init_failed";
    asked.trouble = what;
  }
  return asked;
}

/// "level_zero:gpu;opencl:cpu", "!opencl:*": whether no entry leaves a Level Zero GPU to SYCL.
/// https://intel.github.io/llvm/EnvironmentVariables.html
bool excludes_gpu(std::string_view selector) {
  bool any_accepts = false, accepts_level_zero = false;
  for (const std::string_view entry : split(selector, ';')) {
    if (entry.empty()) continue;
    const bool is_refusal = entry.front() == '!';
    const auto pair = key_value(entry.substr(is_refusal));
    const std::string backend = lower(pair ? pair->first : entry.substr(is_refusal)),
                      devices = lower(pair ? pair->second : "*");
    const bool names_it = backend == "level_zero" || backend == "*";
    if (is_refusal && names_it && (devices == "*" || devices == "gpu")) return true;
    if (is_refusal) continue;
    any_accepts = true;
    accepts_level_zero = accepts_level_zero || (names_it && devices != "cpu" && devices != "fpga");
  }
  return any_accepts && !accepts_level_zero;
}

}  // namespace

Requests level_zero_requests() {
  Requests requests{env("ZE_AFFINITY_MASK"), env("ZE_FLAT_DEVICE_HIERARCHY"), env("ONEAPI_DEVICE_SELECTOR")};
  for (const std::string& path : in_library_folders({loader_name, driver_name})) requests.push_back(node(path));
  return requests;
}

LevelZeroFiles level_zero_files(const Evidence& evidence) {
  return {file_layer(evidence, loader_name), file_layer(evidence, driver_name)};
}

FactOf<bool> fact_of(const LayerState& layer) {
  return layer.holds == Truth::unknown ? Fact::unknown(layer.because, layer.sources)
                                       : Fact::of(layer.holds == Truth::yes, layer.sources);
}

Requests asking_level_zero(bool is_any_asleep) {
  Requests requests{ask("level-zero"), proving("xpu", ask("level-zero", {"core"}))};
  if (is_any_asleep)
    for (Request& request : requests) request = waking(std::move(request));
  return requests;
}

Requests xpu_proof_requests(const Evidence& evidence, bool is_any_asleep) {
  Requests requests;
  const Answer& answer = evidence.at(start_key);
  const auto reported = parse_level_zero(answer.found() ? answer.text : "");
  if (!reported) return requests;
  for (const IntelGpu& gpu : reported->gpus) {
    if (gpu.address.empty() || requests.size() == most_gpus) continue;
    requests.push_back(proving("xpu", ask("prove-xpu", {gpu.address})));
    if (is_any_asleep) requests.back() = waking(std::move(requests.back()));
  }
  return requests;
}

void read_xpu_proofs(const Evidence& evidence, Platform& platform) {
  for (Device& device : platform.devices) {
    const std::string* address = device.facts.get(fact::device::pci_address);
    const std::string key = std::string(proof_key) + (address ? *address : "");
    if (const Answer& answer = evidence.at(key); was_asked(answer))
      set_proof(read_proof(answer, "Level Zero"), key, device);
    if (device.facts.has(fact::device::proof_elements))
      device.layers.set(Layer::runtime_init, Truth::yes, "Level Zero took the work", {key});
    device.layers[Layer::kernel_run] = kernel_layer(device);
  }
}

std::vector<LevelZeroAnswer> level_zero_answers(const Evidence& evidence) {
  std::vector<LevelZeroAnswer> all;
  for (const char* key : {list_key, start_key}) {
    const Answer& answer = evidence.at(key);
    if (was_asked(answer)) all.push_back({key, parse_level_zero(answer.found() ? answer.text : "")});
  }
  return all;
}

namespace {

bool is_named_alike(const std::vector<Device>& devices) {
  return std::all_of(devices.begin(), devices.end(), [&](const Device& device) {
    return device.facts.at(fact::device::pci_device).value &&
           device.facts.at(fact::device::pci_device).value == devices[0].facts.at(fact::device::pci_device).value;
  });
}

/// How many numbers of the mask one of these GPUs takes: unless ZE_FLAT_DEVICE_HIERARCHY is COMPOSITE, each tile of a
/// GPU with two has one. https://oneapi-src.github.io/level-zero-spec/level-zero/latest/core/PROG.html
std::int64_t numbers_each(const Evidence& evidence, const Device& device) {
  const std::string* name = device.facts.get(fact::device::name);
  const bool has_tiles = name && (contains(*name, "Max 1550") || contains(*name, "Max 1350"));
  return has_tiles && lower(trimmed(evidence.env("ZE_FLAT_DEVICE_HIERARCHY").text)) != "composite" ? 2 : 1;
}

/// Which of the GPUs the mask ("0,1", "0.1": device and tile) leaves, as far as its numbers alone tell: Level Zero
/// counts all of Intel's GPUs, in an order of its own, so that only one GPU, or like ones, can be told by number.
std::vector<std::optional<bool>> left_by_mask(const Evidence& evidence, std::string_view mask,
                                              const std::vector<Device>& devices) {
  std::vector<std::optional<bool>> left(devices.size());
  const PciDevices bus = pci_devices(evidence);
  const auto gpus = static_cast<std::size_t>(std::count_if(bus.begin(), bus.end(), [](const PciDevice& pci) {
    return pci.vendor == "8086" && pci.pci_class.starts_with("03");
  }));
  std::set<std::int64_t> numbers;
  for (const std::string_view entry : split(mask, ','))
    if (const auto number = whole_number(split(entry, '.').front()); number && !devices.empty())
      numbers.insert(*number / numbers_each(evidence, devices.front()));
  if (gpus != devices.size() || numbers.empty() || !is_named_alike(devices)) return left;
  const auto there = static_cast<std::size_t>(std::count_if(numbers.begin(), numbers.end(), [&](std::int64_t number) {
    return number >= 0 && static_cast<std::uint64_t>(number) < devices.size();
  }));
  for (std::size_t n = 0; n < devices.size(); ++n) left[n] = n < there;
  return left;
}

/// What ZE_AFFINITY_MASK and ONEAPI_DEVICE_SELECTOR keep from programs: device.visible, and the runtime of what is
/// hidden.
void hide(const Evidence& evidence, const std::vector<std::optional<bool>>& listed, Platform& platform) {
  const Answer& mask = evidence.env("ZE_AFFINITY_MASK");
  const Answer& selector = evidence.env("ONEAPI_DEVICE_SELECTOR");
  const bool is_masked = mask.found() && !trimmed(mask.text).empty();
  const auto left = is_masked ? left_by_mask(evidence, trimmed(mask.text), platform.devices)
                              : std::vector<std::optional<bool>>(platform.devices.size(), true);
  for (std::size_t n = 0; n < platform.devices.size(); ++n) {
    Device& device = platform.devices[n];
    const bool is_excluded = selector.found() && excludes_gpu(selector.text);
    const std::optional<bool> visible = is_excluded ? false : is_masked && listed[n] ? listed[n] : left[n];
    const std::string variable = is_excluded ? "ONEAPI_DEVICE_SELECTOR" : "ZE_AFFINITY_MASK";
    const std::vector<std::string> source{key_of(Kind::env, variable)};
    if (!is_masked && !is_excluded) continue;
    device.facts.set(fact::device::visible,
                     visible ? Fact::of(*visible, source)
                             : Fact::unknown("which GPU a number of ZE_AFFINITY_MASK means is not known here", source));
    if (visible == false && device.layers[Layer::runtime_init].holds != Truth::no)
      device.layers.set(Layer::runtime_init, Truth::no, "hidden by " + variable, source);
  }
}

}  // namespace

bool has_level_zero_failed(const Evidence& evidence) {
  for (const char* key : {list_key, start_key}) {
    const Answer& answer = evidence.at(key);
    if (!was_asked(answer) || answer.absent()) continue;
    const auto reported = parse_level_zero(answer.found() ? answer.text : "");
    if (!reported || reported->gpus.empty()) return true;
  }
  return false;
}

void judge_runtime(const Evidence& evidence, Platform& platform) {
  if (platform.devices.empty()) return;
  const auto [loader, driver] = level_zero_files(evidence);
  platform.facts.set(fact::xpu::level_zero_loader, fact_of(loader));
  platform.facts.set(fact::xpu::level_zero_driver, fact_of(driver));
  const std::vector<LevelZeroAnswer> answers = level_zero_answers(evidence);
  const LevelZeroAnswer last = answers.empty() ? LevelZeroAnswer{list_key, std::nullopt} : answers.back();
  const std::optional<LevelZero>& reported = last.reported;
  const std::vector<std::string> source{last.key};
  const bool is_any_node_open = std::any_of(platform.devices.begin(), platform.devices.end(), [](const Device& device) {
    return device.layers[Layer::device_node].holds != Truth::no;
  });
  const Asked asked = judge_answer(evidence.at(last.key), last, is_any_node_open);
  if (!asked.problem.empty()) platform.facts.set(fact::xpu::runtime_problem, asked.problem, source);
  if (!asked.trouble.empty()) platform.facts.set(fact::xpu::runtime_trouble, asked.trouble, source);
  if (asked.problem.empty() && !asked.trouble.empty())
    platform.facts.set(fact::xpu::runtime_problem, Fact::unknown(asked.runtime.because, source));
  else if (asked.problem.empty() && reported)
    platform.facts.set(fact::xpu::runtime_problem, Fact::of_none("Level Zero answered", source));
  for (const auto& [variable, fact] : {std::pair{"ZE_AFFINITY_MASK", fact::xpu::affinity_mask},
                                       {"ONEAPI_DEVICE_SELECTOR", fact::xpu::device_selector}}) {
    const Answer& value = evidence.env(variable);
    const std::vector<std::string> own{key_of(Kind::env, variable)};
    if (value.found() || value.absent())
      platform.facts.set(fact, value.found() ? Fact::of(value.text, own) : Fact::of_none("not set", own));
  }
  if (const Answer& selector = evidence.env("ONEAPI_DEVICE_SELECTOR"); selector.found() || selector.absent())
    platform.facts.set(fact::xpu::selector_excludes_gpu, selector.found() && excludes_gpu(selector.text),
                       {"env:ONEAPI_DEVICE_SELECTOR"});
  std::vector<std::optional<bool>> listed(platform.devices.size());
  // Files tell of the usual places only; who loaded the library knows better.
  const LayerState library = asked.library ? *asked.library : loader.holds != Truth::yes ? loader : driver;
  for (std::size_t n = 0; n < platform.devices.size(); ++n) {
    Device& device = platform.devices[n];
    device.layers[Layer::user_library] = library;
    device.layers[Layer::runtime_init] = asked.runtime;
    if (!asked.problem.empty())
      device.facts.set(fact::device::listed, Fact::of_none("Level Zero lists nothing", source));
    else if (device.layers[Layer::device_node].holds == Truth::no)
      device.facts.set(fact::device::listed,
                       Fact::unknown("its node cannot be opened, so that it cannot be listed", source));
    else if (!reported || !reported->lists_devices)
      device.facts.set(fact::device::listed, Fact::unknown("Level Zero was not asked, or cannot tell"));
    if (!reported || !reported->lists_devices || !asked.problem.empty()) continue;
    if (device.layers[Layer::device_node].holds == Truth::no) continue;
    const std::string* address = device.facts.get(fact::device::pci_address);
    const bool is_listed = std::any_of(reported->gpus.begin(), reported->gpus.end(),
                                       [&](const IntelGpu& gpu) { return address && gpu.address == *address; });
    const bool all_have_addresses = std::none_of(reported->gpus.begin(), reported->gpus.end(),
                                                 [](const IntelGpu& gpu) { return gpu.address.empty(); });
    device.facts.set(fact::device::listed, is_listed || all_have_addresses
                                               ? Fact::of(is_listed, source)
                                               : Fact::unknown("Level Zero gave no addresses", source));
    if (is_listed || all_have_addresses) listed[n] = is_listed;
    if (is_listed && last.key == start_key)
      device.layers.set(Layer::runtime_init, Truth::yes, "Level Zero started it", source);
    if (!is_listed && all_have_addresses && !evidence.env("ZE_AFFINITY_MASK").found())
      device.layers.set(Layer::runtime_init, Truth::no, "Level Zero does not list it", source);
  }
  hide(evidence, listed, platform);
}

}  // namespace rigfit
