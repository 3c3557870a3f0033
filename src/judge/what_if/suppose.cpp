#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/os.hpp"
#include "judge/diagnose/diagnose.hpp"
#include "judge/support/builds.hpp"
#include "judge/what_if/what_if.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

constexpr const char* supposed = "it was asked what would be if it were so";
constexpr std::string_view of_gpus[] = {"cuda", "rocm", "xpu", "mps"};

bool is_integrated(const Device& device) {
  const bool* integrated = device.facts.get(fact::device::integrated);
  return integrated && *integrated;
}

/// "12.0" for "sm_120"; nothing for what is no CUDA target.
std::optional<Version> capability_of(const std::string& sm) {
  if (!sm.starts_with("sm_") || sm.size() < 5) return std::nullopt;
  return Version::parse(sm.substr(3, sm.size() - 4) + "." + sm.back());
}

/// What programs were told of the GPUs that were there says nothing of others: of the platform's facts those about its
/// software stay.
bool is_of_software(std::string_view fact) {
  constexpr std::string_view names[] = {"driver_version",    "driver_branch",
                                        "supported_version", "branch_cuda_version",
                                        "module_kind",       "module_arch",
                                        "toolkit_",          "cudnn_version",
                                        "nccl_version",      "libcuda_",
                                        "library_",          "nvml_version",
                                        "forward_compat",    "wsl",
                                        "version",           "versions",
                                        "driver_kind",       "driver_release",
                                        "hip_version",       "tegra_",
                                        "runtime_version",   "wsl_library"};
  return std::any_of(std::begin(names), std::end(names), [&](std::string_view name) { return fact.starts_with(name); });
}

void keep_software(Platform& platform) {
  PlatformFacts kept;
  for (const auto& [name, fact] : platform.facts)
    if (is_of_software(name)) kept.set_by_name(name, fact);
  platform.facts = std::move(kept);
}

void set_up(Layers& layers, Layer from) {
  for (std::size_t n = static_cast<std::size_t>(from); n < layer_count; ++n) {
    const Layer layer = static_cast<Layer>(n);
    if (layer < Layer::runtime_init)
      layers.set(layer, Truth::yes, "supposed");
    else
      layers[layer] = LayerState::untried("nothing runs on a machine that is only supposed");
  }
}

/// Nothing above a layer can be tried before it holds.
void stop_at(Layers& layers, Layer at, const std::string& because) {
  layers.set(at, Truth::no, because);
  for (std::size_t n = static_cast<std::size_t>(at) + 1; n < layer_count; ++n)
    layers[static_cast<Layer>(n)] = {Truth::unknown, because, {}, false};
}

/// Why the lowest layer that fails does.
std::string failure_of(const Layers& layers) {
  for (std::size_t n = 0; n < layer_count; ++n)
    if (const LayerState& layer = layers[static_cast<Layer>(n)]; layer.holds == Truth::no) return layer.because;
  return "supposed";
}

void conclude(Device& device) {
  device.state = state_of(device.layers);
  device.because = failure_of(device.layers);
}

void conclude(Platform& platform, const std::string& none) {
  if (platform.devices.empty()) {
    platform.state = State::absent;
    platform.because = none;
    platform.layers = Layers();
    platform.layers.set(Layer::bus, Truth::no, none);
    return;
  }
  // As good as its best device.
  const Device* best = &platform.devices.front();
  for (const Device& device : platform.devices)
    if (device.state == State::proven || (device.state == State::ready && best->state != State::proven)) best = &device;
  platform.state = best->state;
  platform.layers = best->layers;
  platform.because = failure_of(best->layers);
}

class Machine {
 public:
  Machine(Facts facts, const RuleBook& rules) : facts_(std::move(facts)), rules_(rules) {}

  void remove_gpus(bool with_integrated) {
    for (const std::string_view id : of_gpus) {
      Platform* platform = facts_.platform(id);
      if (!platform || platform->state == State::not_applicable) continue;
      const std::size_t before = platform->devices.size();
      std::erase_if(platform->devices, [&](const Device& device) { return with_integrated || !is_integrated(device); });
      if (platform->devices.size() == before && platform->state == State::absent) continue;
      if (platform->devices.size() == before && before > 0) continue;
      keep_software(*platform);
      conclude(*platform, "supposed to have none");
    }
  }

  /// Whether the system can have such GPUs at all.
  bool can_have(const std::string& platform_id) const {
    const Platform* platform = facts_.platform(platform_id);
    const std::string* family = facts_.host.get(fact::os::family);
    return platform && platform->state != State::not_applicable && !(family && *family == "darwin");
  }

  void add(const SupposedGpu& gpu) {
    Platform& platform = *facts_.platform(gpu.platform);
    if (platform.devices.empty()) keep_software(platform);  // that there were no nodes was so without a GPU
    for (std::size_t n = 0; n < gpu.count; ++n) {
      if (gpu.platform == "cuda") supposed_.insert(platform.devices.size());
      platform.devices.push_back(device_of(gpu));
    }
    conclude(platform, "");
  }

  /// NVIDIA's driver is loaded, and its libraries are of the same version.
  void install_driver(const Version& version) {
    Platform& cuda = *facts_.platform("cuda");
    keep_software(cuda);
    cuda.facts.set(fact::cuda::driver_version, version, {});
    cuda.facts.set(fact::cuda::driver_branch, std::to_string(version.part(0)), {});
    cuda.facts.set(fact::cuda::supported_version, Fact::unknown(supposed));
    cuda.facts.set(fact::cuda::libcuda_version, version, {});
    cuda.facts.set(fact::cuda::library_matches, true, {});
    cuda.facts.set(fact::cuda::module_kind, std::string(needs_proprietary_module(cuda) ? "proprietary" : "open"), {});
    for (std::size_t n = 0; n < cuda.devices.size(); ++n) {
      Device& device = cuda.devices[n];
      if (is_lost(device)) continue;
      supposed_.insert(n);
      device.facts.set(fact::device::kernel_driver, std::string("nvidia"), {});
      device.facts.set(fact::device::ignored_by_driver, Fact::unknown(supposed));
      if (device.layers[Layer::kernel_driver].holds != Truth::yes || device.state != State::proven)
        set_up(device.layers, Layer::kernel_driver);
      conclude(device);
    }
    conclude(cuda, "supposed to have none");
  }

  /// What the driver makes of NVIDIA's GPUs that are put in, or all that are there when it is another.
  void stand_on_driver() {
    Platform& cuda = *facts_.platform("cuda");
    if (cuda.devices.empty()) return;
    derive(rules_, facts_);
    if (const Version* branch = cuda.facts.get(fact::cuda::branch_cuda_version);
        branch && !cuda.facts.get(fact::cuda::supported_version))
      cuda.facts.set(fact::cuda::supported_version, *branch, {});
    const Version* driver = cuda.facts.get(fact::cuda::driver_version);
    for (const std::size_t n : supposed_) {
      Device& device = cuda.devices[n];
      if (driver) {
        if (is_newer_than_driver(device))
          stop_below(device, fmt::format("driver {} is older than the GPU", driver->text()));
      } else {
        stop_below(device, "no NVIDIA driver is loaded");
      }
    }
    conclude(cuda, "");
    block_what_findings_block();
  }

  Facts& facts() { return facts_; }

 private:
  static bool is_lost(const Device& device) {
    const bool* fallen = device.facts.get(fact::device::fallen_off);
    return (fallen && *fallen) || device.facts.at(fact::device::error).known() ||
           device.layers[Layer::bus].holds == Truth::no;
  }

  /// NVIDIA's open module drives Turing and later alone, and is the one to take there:
  /// https://developer.nvidia.com/blog/nvidia-transitions-fully-towards-open-source-gpu-kernel-modules/
  static bool needs_proprietary_module(const Platform& cuda) {
    const Version turing = *Version::parse("7.5");
    return std::any_of(cuda.devices.begin(), cuda.devices.end(), [&](const Device& device) {
      const Version* capability = device.facts.get(fact::device::compute_capability);
      return capability && *capability < turing;
    });
  }

  /// Whether the rules say of a GPU without a driver that the one that is loaded does not know it yet.
  bool is_newer_than_driver(const Device& device) const {
    Facts facts = facts_;
    Platform& cuda = *facts.platform("cuda");
    cuda.devices = {device};
    stop_below(cuda.devices.front(), "");
    cuda.layers.set(Layer::bus, Truth::yes, "supposed");
    const auto& findings = diagnose(rules_, facts, Wanting::findings).findings;
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.id == "cuda.driver.older_than_gpu"; });
  }

  static void stop_below(Device& device, const std::string& because) {
    stop_at(device.layers, Layer::kernel_driver, because);
    device.facts.set(fact::device::kernel_driver, Fact::of_none("no driver is bound"));
    conclude(device);
  }

  static Device device_of(const SupposedGpu& gpu) {
    Device device;
    DeviceFacts& facts = device.facts;
    facts.set(fact::device::name, gpu.name, {});
    facts.set(fact::device::kind, std::string("gpu"), {});
    facts.set(fact::device::pci_vendor, gpu.vendor, {});
    const std::string because = "its name fits several GPUs: " + join(gpu.architectures, " or ");
    if (!gpu.architectures.empty()) facts.set(fact::device::architecture, Fact::one_of(gpu.architectures, because));
    std::vector<Version> capabilities;
    for (const std::string& architecture : gpu.architectures)
      if (const auto capability = capability_of(architecture)) capabilities.push_back(*capability);
    if (gpu.platform == "cuda" && !capabilities.empty())
      facts.set(fact::device::compute_capability, Fact::one_of(std::move(capabilities), because));
    if (!gpu.chip.empty()) facts.set(fact::device::chip, gpu.chip, {});
    if (!gpu.generation.empty()) facts.set(fact::device::generation, gpu.generation, {});
    if (gpu.integrated) facts.set(fact::device::integrated, *gpu.integrated, {});
    facts.set(fact::device::memory_total_bytes,
              gpu.memory_bytes ? Fact::of(*gpu.memory_bytes)
                               : Fact::unknown("the rules do not say how much memory it is sold with"));
    if (gpu.platform == "xpu") facts.set(fact::device::supported, true, {});
    set_up(device.layers, Layer::bus);
    conclude(device);
    return device;
  }

  /// A finding that says why the driver does not drive a GPU holds of one that is supposed, too.
  void block_what_findings_block() {
    Platform& cuda = *facts_.platform("cuda");
    for (const Finding& finding : diagnose(rules_, facts_, Wanting::findings).findings) {
      if (!finding.explains_block || finding.platform != "cuda") continue;
      for (const std::size_t n : supposed_) {
        Device& device = cuda.devices[n];
        if (!concerns(finding, "cuda", n) || device.state != State::ready) continue;
        stop_at(device.layers, Layer::kernel_driver, finding.title);
        conclude(device);
      }
    }
    conclude(cuda, "");
  }

  Facts facts_;
  const RuleBook& rules_;
  std::set<std::size_t> supposed_;  ///< of CUDA's devices those that are put in, or that the driver is put in for
};

/// The newest release of a branch that some build asks for: a branch alone means its newest release, whatever that is.
void add_thresholds(const Condition& condition, const Version& branch, Version& newest) {
  if (condition.fact == "cuda.driver_version")
    for (const Value& wanted : condition.wanted)
      if (const Version* version = std::get_if<Version>(&wanted); version && version->part(0) == branch.part(0))
        newest = std::max(newest, *version);
  for (const Condition& part : condition.parts) add_thresholds(part, branch, newest);
}

tl::expected<Version, std::string> driver_meant(const std::string& text, const RuleBook& rules) {
  const auto version = Version::parse(text);
  // Branches before 340 drive nothing that computes, and years or CUDA versions are no drivers.
  constexpr std::uint64_t oldest = 300, newest_sensible = 1999;
  if (!version || version->part(0) < oldest || version->part(0) > newest_sensible)
    return tl::unexpected(fmt::format(
        "--with-driver is the version or branch of an NVIDIA driver, such as 580 or 580.82.07, not \"{}\"", text));
  if (version->size() > 1) return *version;
  Version newest = *version;
  for (const FrameworkRule& framework : rules.frameworks)
    for (const Build& build : framework.builds)
      for (const Requirement& need : build.needs) add_thresholds(*need.when, *version, newest);
  return newest;
}

std::string short_name(const SupposedGpu& gpu) {
  std::string name = gpu.name;
  if (name.starts_with("NVIDIA ")) name.erase(0, 7);
  return gpu.count == 1 ? name : fmt::format("{}x {}", gpu.count, name);
}

}  // namespace

tl::expected<Supposition, std::string> suppose(Facts facts, const WhatIf& what_if, const RuleBook& rules) {
  Supposition result;
  std::vector<SupposedGpu> gpus;
  for (const std::string& text : what_if.gpus) {
    auto gpu = supposed_gpu(text, rules.devices);
    if (!gpu) return tl::unexpected(std::move(gpu.error()));
    gpus.push_back(std::move(*gpu));
  }
  Machine machine(std::move(facts), rules);
  std::vector<std::string> words;
  if (what_if.without_gpu) words.emplace_back("no GPU");
  if (what_if.without_gpu || !gpus.empty()) machine.remove_gpus(what_if.without_gpu);
  for (const SupposedGpu& gpu : gpus) {
    if (!machine.can_have(gpu.platform))
      return tl::unexpected(fmt::format("{}: this system drives no such GPU", gpu.name));
    machine.add(gpu);
    words.push_back(short_name(gpu));
    if (gpu.platform == "rocm")
      result.assumptions.emplace_back("The kernel's amdgpu driver works with the AMD GPUs, and you may open /dev/kfd.");
    if (gpu.platform == "xpu")
      result.assumptions.emplace_back(
          "The kernel's driver works with the Intel GPUs, and Intel's compute runtime is installed.");
  }
  if (!what_if.driver.empty()) {
    const auto version = driver_meant(what_if.driver, rules);
    if (!version) return tl::unexpected(version.error());
    if (!machine.can_have("cuda") || machine.facts().platform("cuda")->devices.empty())
      return tl::unexpected(
          std::string("--with-driver is about NVIDIA GPUs, and there is none; --with-gpu puts one in"));
    if (machine.facts().platform("cuda")->facts.at(fact::cuda::tegra_chip).known())
      return tl::unexpected(std::string("--with-driver: the driver of a Jetson is a part of JetPack"));
    machine.install_driver(*version);
    words.push_back("driver " + what_if.driver);
    result.assumptions.emplace_back(
        version->text() == what_if.driver
            ? fmt::format("NVIDIA driver {} is loaded, with libraries of the same version.", what_if.driver)
            : fmt::format(
                  "NVIDIA driver {} or a later release of its branch is loaded, with libraries of the same version.",
                  version->text()));
  } else if (std::any_of(gpus.begin(), gpus.end(), [](const SupposedGpu& gpu) { return gpu.platform == "cuda"; })) {
    const Version* driver = machine.facts().platform("cuda")->facts.get(fact::cuda::driver_version);
    result.assumptions.push_back(driver ? fmt::format("The NVIDIA driver stays as it is: {}.", driver->text())
                                        : "No NVIDIA driver is loaded, as now; --with-driver assumes one.");
  }
  if (!gpus.empty() || !what_if.driver.empty()) machine.stand_on_driver();
  std::sort(result.assumptions.begin(), result.assumptions.end());
  result.assumptions.erase(std::unique(result.assumptions.begin(), result.assumptions.end()), result.assumptions.end());
  result.facts = std::move(machine.facts());
  result.text = "with " + join(words, " and ");
  return result;
}

}  // namespace rigfit
