#include "probes/cuda/layers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/cuda.hpp"
#include "probes/cuda/device_layers.hpp"
#include "probes/cuda/jetson.hpp"
#include "probes/cuda/libcuda.hpp"
#include "probes/cuda/shared_layers.hpp"
#include "probes/layers/best_device.hpp"

namespace rigfit {
namespace {

/// How nvidia-smi ended at its worst.
void read_smi_outcome(const Evidence& evidence, PlatformFacts& facts) {
  constexpr Outcome worst_first[] = {Outcome::stuck, Outcome::timed_out, Outcome::crashed, Outcome::found};
  for (const Outcome outcome : worst_first)
    for (const auto& [line, answer] : evidence.commands("nvidia-smi"))
      if (answer->outcome == outcome)
        return facts.set(fact::cuda::smi_outcome, std::string(name_of(outcome)), {"command:" + std::string(line)});
}

/// What is there beside the driver, and how NVML or nvidia-smi ended.
void read_system(const CudaSeen& seen, PlatformFacts& facts) {
  const Evidence& evidence = seen.evidence;
  const CudaInventory& inventory = seen.inventory;
  if (evidence.node("/dev/dxg").outcome != Outcome::not_recorded)
    facts.set(fact::cuda::wsl, seen.is_wsl, {"node:/dev/dxg"});
  if (const Answer& nouveau = evidence.list("/sys/module/nouveau"); nouveau.found() || nouveau.absent())
    facts.set(fact::cuda::nouveau_loaded, nouveau.found(), {"list:/sys/module/nouveau"});
  if (const Answer& uvm = evidence.node("/dev/nvidia-uvm"); uvm.found() || uvm.absent())
    facts.set(fact::cuda::uvm_node, uvm.found(), {"node:/dev/nvidia-uvm"});
  if (!inventory.failure.empty()) {
    facts.set(fact::cuda::management_failure, inventory.failure, seen.listed_by);
    facts.set(fact::cuda::management_message, inventory.failure_text, seen.listed_by);
  } else if (inventory.answered) {
    facts.set(fact::cuda::management_failure, Fact::of_none("it answered", seen.listed_by));
  }
  if (const Answer& nvml = evidence.ask("nvml");
      nvml.outcome != Outcome::not_recorded && nvml.outcome != Outcome::skipped)
    facts.set(fact::cuda::nvml_outcome, std::string(name_of(nvml.outcome)), {"ask:nvml"});
  read_smi_outcome(evidence, facts);
}

/// control_open, and control_node or tegra_node: yes, absent, denied or failing (opening it ends in an error that is
/// not about rights). What a device filter keeps away is none of these.
void set_control(const CudaSeen& seen, const NodeAccess& control, PlatformFacts& facts) {
  const std::vector<std::string>& sources = control.layer.sources;
  if (!seen.is_tegra)
    if (const auto& node = seen.evidence.node(control_path(seen)).node; node && !node->opens.empty())
      facts.set(fact::cuda::control_open, node->opens, sources);
  if (control.layer.holds == Truth::unknown || control.problem == NodeProblem::filtered) return;
  const std::string word = control.problem == NodeProblem::none      ? "yes"
                           : control.problem == NodeProblem::missing ? "absent"
                           : control.problem == NodeProblem::failing ? "failing"
                                                                     : "denied";
  if (seen.is_tegra)
    facts.set(fact::cuda::tegra_node, word, sources);
  else
    facts.set(fact::cuda::control_node, word, sources);
}

void stand_with_devices(const SharedLayers& shared, Platform& platform) {
  stand_as_best_device(platform);
  platform.layers[Layer::bus] = shared.bus;
  const std::size_t all = platform.devices.size();
  const auto proven = std::count_if(platform.devices.begin(), platform.devices.end(),
                                    [](const Device& device) { return device.state == State::proven; });
  if (platform.state == State::proven)
    platform.because = fmt::format("a kernel ran and was right on {} of {} device{}", proven, all, all == 1 ? "" : "s");
  if (platform.state == State::ready)
    platform.because = fmt::format("{} device{}, all that was read agrees", all, all == 1 ? "" : "s");
}

void stand_without_devices(const CudaSeen& seen, const SharedLayers& shared, Platform& platform) {
  platform.layers[Layer::bus] = shared.bus;
  platform.layers[Layer::kernel_driver] =
      seen.is_wsl ? state(Truth::unknown, "under WSL the driver is that of Windows", {"node:/dev/dxg"})
                  : judge_module(seen);
  platform.layers[Layer::device_node] = shared.control.layer;
  platform.layers[Layer::user_library] = shared.library;
  platform.layers[Layer::runtime_init] = cuda_runtime_layer(seen.evidence, platform, nullptr).value_or(shared.runtime);
  platform.layers[Layer::kernel_run] = LayerState::untried("not tried");
  platform.state = shared.bus.holds == Truth::no ? State::absent : state_of(platform.layers);
  // A device node or a failing tool without any device seen is no proof of hardware.
  if (shared.bus.holds != Truth::yes && platform.state == State::ready) platform.state = State::unknown;
  platform.because = shared.bus.because;
  // Any maker's GPU is reached through /dev/dxg.
  if (seen.is_wsl && seen.libcuda.is_there == Truth::no) {
    platform.state = State::unknown;
    platform.because = "whether Windows has an NVIDIA GPU is not reported: it passes on no CUDA library";
  }
  if (platform.state == State::blocked) platform.because = reason_of(State::blocked, platform.layers);
}

}  // namespace

void judge_cuda_layers(const Evidence& evidence, const CudaInventory& inventory,
                       const std::vector<std::string>& listed_by, bool bus_shows_gpu, Platform& platform) {
  const CudaSeen seen{evidence,
                      inventory,
                      listed_by,
                      bus_shows_gpu,
                      evidence.node("/dev/dxg").found(),
                      find_tegra(evidence).has_value() && !bus_shows_gpu,
                      find_cuda_library(evidence, "libcuda.so.1")};
  read_system(seen, platform.facts);
  read_cuda_library(evidence, seen.libcuda, seen.is_wsl, platform.facts);
  const SharedLayers shared = judge_shared_layers(seen, platform.facts);
  set_control(seen, shared.control, platform.facts);
  for (std::size_t n = 0; n < platform.devices.size(); ++n) judge_cuda_device(seen, shared, n, platform);
  if (platform.devices.empty())
    stand_without_devices(seen, shared, platform);
  else
    stand_with_devices(shared, platform);
}

}  // namespace rigfit
