#include "probes/cuda/device_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "fact_names/device.hpp"
#include "probes/cuda/jetson.hpp"
#include "probes/cuda/libcuda.hpp"
#include "probes/layers/best_device.hpp"
#include "probes/parse/text.hpp"
#include "probes/proof/proof.hpp"

namespace rigfit {
namespace {

std::string describe_driver(const Fact& driver) {
  if (driver.value) return fmt::format("{} is bound instead of nvidia", to_text(*driver.value));
  return driver.none ? "no driver is bound" : "which driver is bound was not recorded";
}

LayerState judge_driver(const CudaSeen& seen, const Device& device) {
  if (seen.is_tegra && !seen.lists_gpus()) return tegra_driver(seen.evidence);
  const Fact& bound = device.facts.at(fact::device::kernel_driver);
  if (seen.inventory.answered && seen.inventory.failure.empty() && bound.is_unknown())
    return state(Truth::yes, "the driver answered", seen.listed_by);
  if (bound.value && to_text(*bound.value) == "nvidia") return state(Truth::yes, "nvidia is bound", bound.sources);
  if (bound.value || bound.none) return state(Truth::no, describe_driver(bound), bound.sources);
  if (LayerState module = judge_module(seen); module.holds != Truth::unknown) return module;
  if (seen.inventory.failure == "library_mismatch")
    return state(Truth::yes, "the module is loaded: its version was compared", seen.listed_by);
  return state(Truth::unknown, describe_driver(bound), bound.sources);
}

/// The node of the driver itself, and that of the GPU.
LayerState judge_nodes(const CudaSeen& seen, const SharedLayers& shared, std::size_t n, std::size_t devices) {
  LayerState own = shared.control.layer;
  if (!seen.is_wsl && !seen.is_tegra && own.holds == Truth::yes) {
    const std::string path = "/dev/nvidia" + std::to_string(n);
    const LayerState mine = cuda_node_layer(seen.evidence, path);
    // Minor numbers follow the bus order; a container may be given any of them.
    const bool has_another_number =
        devices == 1 && seen.evidence.expand("/dev/nvidia*").size() > 2 && seen.evidence.node(path).absent();
    if (!has_another_number) own = mine;
  }
  if (own.holds == Truth::unknown && seen.inventory.answered && seen.lists_gpus())
    return state(Truth::yes, "the driver answered through it", seen.listed_by);
  return own;
}

/// A virtual GPU whose profile nobody reported: some have no CUDA.
bool is_unnamed_vgpu(const Device& device) {
  return device.facts.at(fact::device::virtualization).value == Value(std::string("vgpu")) &&
         !device.facts.get(fact::device::name);
}

/// Whether the device is gone until it is reset, or the machine is: by the bus, on which what is gone reads as all
/// ones, or by the kernel's log, in which what was said since the last start stands until somebody has done so.
/// https://docs.nvidia.com/deploy/xid-errors/analyzing-xid-catalog.html
std::optional<LayerState> lost(const Device& device) {
  if (const bool* fallen = device.facts.get(fact::device::fallen_off); fallen && *fallen)
    return state(Truth::no, "it reads as all ones on the bus: it has fallen off",
                 device.facts.at(fact::device::fallen_off).sources);
  const Fact& action = device.facts.at(fact::device::recovery_action);
  const auto* needed = device.facts.get(fact::device::recovery_needed);
  if (needed && (*needed == "reset" || *needed == "reboot"))
    return state(Truth::no, fmt::format("the kernel's log has Xid 154: {}", to_text(action)), action.sources);
  const Fact& xids = device.facts.at(fact::device::xids);
  const auto* numbers = device.facts.get(fact::device::xids);
  if (numbers && std::find(numbers->begin(), numbers->end(), "79") != numbers->end())
    return state(Truth::no, "the kernel's log has Xid 79: it has fallen off the bus", xids.sources);
  return std::nullopt;
}

/// What keeps CUDA from this device, whatever else was tried; empty when nothing is known to.
std::optional<LayerState> judge_obstacles(const Device& device) {
  if (const Fact& series = device.facts.at(fact::device::vgpu_series);
      series.value && contains("AB", to_text(*series.value)))
    return state(Truth::no, "the profile of this virtual GPU has no CUDA", series.sources);
  if (const Fact& mode = device.facts.at(fact::device::compute_mode); mode.value && to_text(mode) == "prohibited")
    return state(Truth::no, "its compute mode is prohibited", mode.sources);
  return std::nullopt;
}

LayerState judge_init(const CudaSeen& seen, const SharedLayers& shared, const Platform& platform,
                      const Device& device) {
  LayerState init = shared.runtime;
  if (const Fact& error = device.facts.at(fact::device::error); error.value)
    init = state(Truth::no, to_text(error), seen.listed_by);
  const std::int64_t* instances = device.facts.get(fact::device::mig_instances);
  const bool* mig = device.facts.get(fact::device::mig);
  if (mig && *mig && instances && *instances == 0 && seen.evidence.ask("nvml").found())
    init = state(Truth::no, "MIG is on and no instance exists", seen.listed_by);
  const auto tried = cuda_runtime_layer(seen.evidence, platform, &device);
  if (tried && (tried->holds != Truth::unknown || init.holds != Truth::no)) init = *tried;
  if (auto gone = lost(device); gone && init.holds != Truth::yes) init = std::move(*gone);
  if (const auto obstacle = judge_obstacles(device)) init = *obstacle;
  if (init.holds == Truth::unknown && is_unnamed_vgpu(device))
    init = state(Truth::unknown, "some profiles of virtual GPUs have no CUDA, and its own is not known",
                 device.facts.at(fact::device::virtualization).sources);
  if (const Fact& joined = device.facts.at(fact::device::fabric_state);
      joined.value && to_text(joined) != "completed" && init.holds != Truth::yes)
    init = state(Truth::no, "it has not joined the NVLink fabric", joined.sources);
  if (init.holds == Truth::unknown && shared.fabric) init = *shared.fabric;
  return init;
}

}  // namespace

void judge_cuda_device(const CudaSeen& seen, const SharedLayers& shared, std::size_t n, Platform& platform) {
  Device& device = platform.devices[n];
  device.layers[Layer::bus] = state(Truth::yes, shared.bus.because, device.facts.at(fact::device::name).sources);
  device.layers[Layer::kernel_driver] = judge_driver(seen, device);
  device.layers[Layer::device_node] = judge_nodes(seen, shared, n, platform.devices.size());
  device.layers[Layer::user_library] = shared.library;
  device.layers[Layer::runtime_init] = judge_init(seen, shared, platform, device);
  device.layers[Layer::kernel_run] = kernel_layer(device);
  conclude(device);
  // Nobody could tell whether the Fabric Manager runs, without which CUDA does not start.
  const bool may_lack_fabric = shared.fabric && shared.fabric->holds == Truth::unknown;
  if (device.state == State::ready && (is_unnamed_vgpu(device) || may_lack_fabric)) {
    device.state = State::unknown;
    device.because = reason_of(State::unknown, device.layers);
  }
}

}  // namespace rigfit
