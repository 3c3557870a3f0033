#include "probes/rocm/layers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "probes/layers/best_device.hpp"
#include "probes/layers/node_access.hpp"
#include "probes/pci/pci.hpp"
#include "probes/proof/proof.hpp"
#include "probes/rocm/hip.hpp"

namespace rigfit {
namespace {

const std::string kfd_path = "/dev/kfd";
const std::string nodes_list = "list:/sys/class/kfd/kfd/topology/nodes";

LayerState state(Truth holds, std::string because, std::vector<std::string> sources = {}) {
  return {holds, std::move(because), std::move(sources)};
}

/// amdgpu is bound: does its compute half offer the GPU?
LayerState judge_kfd(const RocmSeen& seen, const Device& device) {
  if (device.facts.has(fact::device::node))
    return state(Truth::yes, "amdgpu drives it, and KFD lists it", {nodes_list});
  const std::vector<std::string>& sources = device.facts.at(fact::device::kernel_driver).sources;
  if (seen.topology.absent)
    return state(Truth::no, "amdgpu drives it, and this kernel has no KFD, its compute part", {nodes_list});
  if (!seen.topology.found)
    return state(Truth::unknown, "amdgpu drives it; whether KFD lists it was not recorded", sources);
  if (seen.topology.closed_nodes > 0)
    return state(Truth::unknown, "amdgpu drives it; KFD has nodes that this process may not look at", {nodes_list});
  return state(Truth::no, "amdgpu drives it, and KFD does not list it for compute", {nodes_list});
}

LayerState judge_driver(const RocmSeen& seen, const Device& device) {
  const Fact& driver = device.facts.at(fact::device::kernel_driver);
  const RocmTool& tool = seen.listed.all;
  if (driver.value && to_text(*driver.value) == "amdgpu") return judge_kfd(seen, device);
  if (driver.value) return state(Truth::no, to_text(driver) + " is bound instead of amdgpu", driver.sources);
  if (driver.none) return state(Truth::no, "no driver is bound", driver.sources);
  if (device.facts.has(fact::device::node) && seen.topology.found)
    return state(Truth::yes, "KFD lists it", {nodes_list});
  if (seen.module.loaded == false) return state(Truth::no, "the amdgpu module is not loaded", seen.module.sources);
  if (tool.module_loaded == true) return state(Truth::yes, "the module is loaded", seen.listed.sources);
  if (tool.hip_lists) return state(Truth::yes, "HIP lists it", seen.listed.sources);
  return state(Truth::unknown, "which driver is bound was not recorded", device.facts.at(fact::device::name).sources);
}

LayerState judge_nodes(const Evidence& evidence, const RocmSeen& seen, const Device& device) {
  const RocmTool& tool = seen.listed.all;
  const bool* allotted = device.facts.get(fact::device::allotted);
  if (allotted && !*allotted)
    return state(Truth::no, "the device cgroup keeps it from this process: it belongs to another job", {nodes_list});
  LayerState nodes = access_to_node(evidence, kfd_path).layer;
  if (nodes.holds == Truth::yes) {
    const auto* minor = device.facts.get(fact::device::render_minor);
    nodes = minor ? access_to_node(evidence, fmt::format("/dev/dri/renderD{}", *minor)).layer
                  : state(Truth::unknown, "which render node is its own was not reported",
                          device.facts.at(fact::device::name).sources);
  }
  if (nodes.holds != Truth::unknown) return nodes;
  if (tool.failure == "permission_denied" || tool.failure == "kfd_missing" || tool.failure == "open_failed")
    return state(Truth::no, tool.message, seen.listed.sources);
  if (!tool.runtime_version.empty()) return state(Truth::yes, "the HSA runtime opened it", seen.listed.sources);
  if (tool.hip_lists) return state(Truth::yes, "HIP lists it", seen.listed.sources);
  return nodes;
}

LayerState judge_runtime(const Evidence& evidence, const RocmSeen& seen, const Platform& platform,
                         const Device& device) {
  const bool* visible = device.facts.get(fact::device::visible);
  if (seen.visibility.hides_all || (visible && !*visible))
    return state(Truth::no, "hidden by " + seen.visibility.filters, seen.visibility.sources);
  if (const auto reported = hip_layer(evidence, platform, &device)) return *reported;
  if (const RocmTool& tool = seen.listed.all; tool.failure == "runtime_failed")
    return state(Truth::no, "ROCm's runtime did not start: " + tool.message, seen.listed.sources);
  return LayerState::untried("not tried: the default run creates no context on a GPU");
}

void judge_kernel_run(Device& device) {
  device.layers[Layer::kernel_run] = kernel_layer(device);
  conclude(device);
}

void stand_with_devices(Platform& platform) {
  stand_as_best_device(platform);
  const std::size_t all = platform.devices.size();
  const auto as_good =
      static_cast<std::size_t>(std::count_if(platform.devices.begin(), platform.devices.end(),
                                             [&](const Device& device) { return device.state == platform.state; }));
  if (platform.state == State::ready)
    platform.because = fmt::format("{}{} device{}, all that was read agrees", as_good,
                                   as_good == all ? "" : fmt::format(" of {}", all), all == 1 ? "" : "s");
  if (platform.state == State::proven)
    platform.because = fmt::format("{} of {} devices ran a kernel, with right results", as_good, all);
}

/// No GPU was listed by anything.
void judge_without_devices(const Evidence& evidence, const RocmSeen& seen, Platform& platform) {
  const RocmTool& tool = seen.listed.all;
  const Truth was_listed = pci_was_listed(evidence);
  LayerState bus =
      was_listed == Truth::yes && tool.failure.empty()
          ? state(Truth::no, "no AMD GPU on the PCI bus", pci_sources(evidence))
          : state(Truth::unknown,
                  was_listed == Truth::no ? "this system shows no PCI bus" : "the PCI bus was not recorded",
                  pci_sources(evidence));
  // A tool that found the module loaded and no way in speaks of hardware that is there.
  if (tool.module_loaded == true && !tool.failure.empty())
    bus = state(Truth::yes, "the kernel module is loaded", seen.listed.sources);
  platform.layers[Layer::bus] = bus;
  if (seen.module.loaded)
    platform.layers[Layer::kernel_driver] = state(
        truth_of(*seen.module.loaded),
        *seen.module.loaded ? "the amdgpu module is loaded" : "the amdgpu module is not loaded", seen.module.sources);
  else if (tool.module_loaded == true)
    platform.layers[Layer::kernel_driver] = state(Truth::yes, "a tool found the module loaded", seen.listed.sources);
  else
    platform.layers[Layer::kernel_driver] =
        state(Truth::unknown,
              tool.failure.empty() ? "not recorded"
                                   : "a tool says that it is not loaded, which it may "
                                     "say wrongly",
              tool.failure.empty() ? std::vector<std::string>{} : seen.listed.sources);
  LayerState kfd = access_to_node(evidence, kfd_path).layer;
  if (kfd.holds == Truth::unknown && tool.kfd_opened)
    kfd = state(Truth::yes, "a tool could open /dev/kfd", seen.listed.sources);
  else if (kfd.holds == Truth::unknown && !tool.failure.empty() && !tool.failure.starts_with("module_") &&
           tool.failure != "runtime_failed")
    kfd = state(Truth::no, tool.message, seen.listed.sources);
  if (tool.failure == "runtime_failed")
    platform.layers[Layer::runtime_init] =
        state(Truth::no, "ROCm's runtime did not start: " + tool.message, seen.listed.sources);
  // Without a GPU seen, a node alone is no proof of one.
  platform.layers[Layer::device_node] = kfd;
  platform.layers[Layer::user_library] = state(Truth::unknown, "no GPU to use it with");
  platform.state = bus.holds == Truth::no    ? State::absent
                   : bus.holds == Truth::yes ? state_of(platform.layers)
                                             : State::unknown;
  platform.because = platform.state == State::blocked ? tool.message : bus.because;
}

}  // namespace

void judge_rocm_layers(const Evidence& evidence, const RocmSeen& seen, Platform& platform) {
  for (Device& device : platform.devices) {
    device.layers[Layer::bus] = state(Truth::yes, "an AMD GPU is there", device.facts.at(fact::device::name).sources);
    device.layers[Layer::kernel_driver] = judge_driver(seen, device);
    device.layers[Layer::device_node] = judge_nodes(evidence, seen, device);
    device.layers[Layer::user_library] = state(Truth::yes, "the wheels bundle it");
    device.layers[Layer::runtime_init] = judge_runtime(evidence, seen, platform, device);
    judge_kernel_run(device);
  }
  if (platform.devices.empty())
    judge_without_devices(evidence, seen, platform);
  else
    stand_with_devices(platform);
}

void judge_rocm_in_wsl(const Evidence& evidence, const RocmSeen& seen, Platform& platform) {
  const LayerState dxg = access_to_node(evidence, "/dev/dxg").layer;
  const RocmUserSpace& user = seen.user_space;
  const LayerState library = user.has_wsl_library == true ? state(Truth::yes, "librocdxg is there", user.wsl_sources)
                             : user.has_wsl_library == false
                                 ? state(Truth::no, "librocdxg is not in the usual places", user.wsl_sources)
                                 : state(Truth::unknown, "whether librocdxg is there was not recorded");
  const LayerState windows = state(Truth::unknown, "the driver is that of Windows, which WSL does not show");
  for (Device& device : platform.devices) {
    device.layers[Layer::bus] = state(Truth::yes, "a tool lists it", seen.listed.sources);
    device.layers[Layer::kernel_driver] = state(Truth::yes, "the runtime reached it", seen.listed.sources);
    device.layers[Layer::device_node] = dxg.holds == Truth::unknown ? device.layers[Layer::kernel_driver] : dxg;
    device.layers[Layer::user_library] = library.holds == Truth::no ? library : device.layers[Layer::kernel_driver];
    device.layers[Layer::runtime_init] = judge_runtime(evidence, seen, platform, device);
    judge_kernel_run(device);
  }
  if (!platform.devices.empty()) return stand_with_devices(platform);
  platform.layers[Layer::bus] = state(Truth::unknown, "WSL hides the bus", {"node:/dev/dxg"});
  platform.layers[Layer::kernel_driver] = windows;
  platform.layers[Layer::user_library] = library;
  platform.state = State::unknown;
  platform.because = user.versions.empty() && user.has_wsl_library != true
                         ? "WSL hides the bus, and no ROCm was found in it"
                         : "WSL hides the bus: whether Windows has an AMD GPU shows only when ROCm starts";
}

}  // namespace rigfit
