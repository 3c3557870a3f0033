#include "probes/cuda/layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "probes/cuda/jetson.hpp"
#include "probes/cuda/libcuda.hpp"
#include "probes/cuda/library.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/pci.hpp"
#include "probes/proof/proof.hpp"

namespace rigfit {
namespace {

const std::string proc_version = "/proc/driver/nvidia/version";

LayerState state(Truth holds, std::string because, std::vector<std::string> sources = {}) {
  return {holds, std::move(because), std::move(sources)};
}

/// A device node as this process could use it.
LayerState judge_node(const Evidence& evidence, const std::string& path) {
  const Answer& answer = evidence.node(path);
  const std::vector<std::string> source{key_of(Kind::node, path)};
  switch (answer.outcome) {
    case Outcome::found:
      if (answer.node && answer.node->opens == "EPERM")
        return state(Truth::no,
                     path + " may not be opened: the device filter of a container or cgroup denies it (EPERM)", source);
      if (answer.node && !answer.node->opens.empty() && answer.node->opens != "ok" && answer.node->opens != "EACCES")
        return state(Truth::no, fmt::format("{} cannot be opened ({})", path, answer.node->opens), source);
      if (!answer.node || !answer.node->readable || !answer.node->writable)
        return state(Truth::unknown, "whether " + path + " may be opened was not recorded", source);
      if (*answer.node->readable && *answer.node->writable) return state(Truth::yes, path + " may be opened", source);
      return state(Truth::no,
                   fmt::format("{} may not be opened by this user (mode {}, group {})", path, answer.node->mode,
                               answer.node->group.empty() ? std::to_string(answer.node->gid) : answer.node->group),
                   source);
    case Outcome::absent:
      return state(Truth::no, path + " is not there", source);
    case Outcome::denied:
      return state(Truth::no, path + " may not be looked at", source);
    case Outcome::not_recorded:
      return state(Truth::unknown, path + " was not recorded", source);
    default:
      return state(Truth::unknown, path + ": " + answer.why, source);
  }
}

std::string describe_driver(const Fact& driver) {
  if (driver.value) return fmt::format("{} is bound instead of nvidia", to_text(*driver.value));
  return driver.none ? "no driver is bound" : "which driver is bound was not recorded";
}

std::string_view describe_problem(std::string_view problem) {
  if (problem == "empty_file") return "is an empty file";
  if (problem == "stub") return "is the toolkit's stub, which no program can run with";
  if (problem == "foreign_arch") return "was built for another architecture";
  return "is no library";
}

LayerState judge_driver(const Evidence& evidence, const CudaInventory& inventory,
                        const std::vector<std::string>& listed_by, const Device& device) {
  const Fact& bound = device.facts.at("kernel_driver");
  if (inventory.answered && inventory.failure.empty() && bound.is_unknown())
    return state(Truth::yes, "the driver answered", listed_by);
  if (bound.value && to_text(*bound.value) == "nvidia") return state(Truth::yes, "nvidia is bound", bound.sources);
  if (bound.value || bound.none) return state(Truth::no, describe_driver(bound), bound.sources);
  const std::vector<std::string> source{key_of(Kind::file, proc_version)};
  if (inventory.failure == "driver_not_loaded") return state(Truth::no, inventory.failure_text, listed_by);
  if (evidence.file(proc_version).found()) return state(Truth::yes, "the nvidia module is loaded", source);
  if (evidence.file(proc_version).absent()) return state(Truth::no, "the nvidia module is not loaded", source);
  if (inventory.failure == "library_mismatch")
    return state(Truth::yes, "the module is loaded: its version was compared", listed_by);
  return state(Truth::unknown, describe_driver(bound), bound.sources);
}

/// Whether the Fabric Manager lets CUDA start; without a reason where there is nothing to be said.
LayerState judge_fabric(const Evidence& evidence, const FactTable& facts) {
  const Fact& manager = facts.at("fabric_manager");
  if (manager.value && *manager.value != Value(std::string("running")))
    return state(Truth::no, "NVSwitches join the GPUs, and the Fabric Manager does not run", manager.sources);
  const Outcome program = evidence.node("/usr/bin/nv-fabricmanager").outcome;
  if (!facts.has("fabric_manager") || manager.value || program == Outcome::not_recorded || program == Outcome::absent)
    return {};
  return state(Truth::unknown, manager.because, manager.sources);
}

/// How the driver's own tools failed to answer at all; holds is unknown when none did.
LayerState judge_failures(const Evidence& evidence) {
  std::vector<std::tuple<std::string, std::string, const Answer*>> asked{{"NVML", "ask:nvml", &evidence.ask("nvml")}};
  for (const auto& [line, answer] : evidence.commands("nvidia-smi"))
    asked.emplace_back("nvidia-smi", "command:" + std::string(line), answer);
  for (const auto& [who, key, answer] : asked)
    for (const auto& [outcome, what] : {std::pair{Outcome::crashed, "crashed"},
                                        {Outcome::timed_out, "did not answer in time"},
                                        {Outcome::stuck, "hung and could not be ended"},
                                        {Outcome::failed, "could not be used"}})
      if (answer->outcome == outcome)
        return state(Truth::no, who + " " + what + (answer->why.empty() ? "" : ": " + answer->why), {key});
      else if (answer->found() && answer->exit.value_or(0) != 0)
        return state(Truth::no, fmt::format("{} ended with status {}", who, *answer->exit), {key});
  return state(Truth::unknown, "");
}

LayerState judge_runtime(const Evidence& evidence, const CudaInventory& inventory,
                         const std::vector<std::string>& listed_by, const Platform& platform) {
  if (const bool* hides = platform.facts.get<bool>("hides_all"); hides && *hides)
    return state(
        Truth::no,
        fmt::format("CUDA_VISIBLE_DEVICES=\"{}\" hides every GPU", to_text(platform.facts.at("visible_devices"))),
        {"env:CUDA_VISIBLE_DEVICES"});
  if (!inventory.failure.empty() && !inventory.answered)
    return state(Truth::no, inventory.failure_text.empty() ? inventory.failure : inventory.failure_text, listed_by);
  if (inventory.failure == "no_devices" || (inventory.answered && inventory.gpus.empty()))
    return state(Truth::no, "the driver lists no device", listed_by);
  if (!inventory.answered)
    if (LayerState failed = judge_failures(evidence); failed.holds == Truth::no) return failed;
  if (platform.facts.at("library_matches").value && !*platform.facts.get<bool>("library_matches"))
    return state(Truth::no, fmt::format("libcuda {} does not match the loaded module {}",
                                        to_text(platform.facts.at("libcuda_version")),
                                        to_text(platform.facts.at("driver_version"))));
  for (const auto& [line, answer] : evidence.commands("deviceQuery"))
    if (contains(answer->text, "Result = PASS"))
      return state(Truth::yes, "deviceQuery started CUDA", {"command:" + std::string(line)});
  return state(Truth::unknown, "not tried: the default run creates no context on a GPU");
}

}  // namespace

void judge_cuda_layers(const Evidence& evidence, const CudaInventory& inventory,
                       const std::vector<std::string>& listed_by, bool bus_shows_gpu, Platform& platform) {
  FactTable& facts = platform.facts;
  const bool is_wsl = evidence.node("/dev/dxg").found();
  if (evidence.node("/dev/dxg").outcome != Outcome::not_recorded) facts.set("wsl", is_wsl, {"node:/dev/dxg"});
  if (const Answer& nouveau = evidence.list("/sys/module/nouveau"); nouveau.found() || nouveau.absent())
    facts.set("nouveau_loaded", nouveau.found(), {"list:/sys/module/nouveau"});
  if (const Answer& uvm = evidence.node("/dev/nvidia-uvm"); uvm.found() || uvm.absent())
    facts.set("uvm_node", uvm.found(), {"node:/dev/nvidia-uvm"});
  if (!inventory.failure.empty())
    facts.set("management_failure", inventory.failure, listed_by),
        facts.set("management_message", inventory.failure_text, listed_by);
  else if (inventory.answered)
    facts.set("management_failure", Fact::of_none("it answered", listed_by));
  if (const Answer& nvml = evidence.ask("nvml");
      nvml.outcome != Outcome::not_recorded && nvml.outcome != Outcome::skipped)
    facts.set("nvml_outcome", std::string(name_of(nvml.outcome)), {"ask:nvml"});

  const CudaLibrary libcuda = find_cuda_library(evidence, "libcuda.so.1");
  read_cuda_library(evidence, libcuda, is_wsl, facts);
  const bool is_tegra = find_tegra(evidence).has_value() && !bus_shows_gpu;

  const bool listed = !inventory.gpus.empty();
  LayerState bus;
  if (bus_shows_gpu)
    bus = state(Truth::yes, "an NVIDIA GPU is on the PCI bus", pci_sources(evidence));
  else if (listed)
    bus = state(Truth::yes, "the driver lists it", listed_by);
  else if (const auto tegra = find_tegra(evidence))
    bus = state(Truth::yes, "a Jetson: its GPU is part of the chip", tegra->sources);
  else if (is_wsl && libcuda.folder == "/usr/lib/wsl/lib")
    bus = state(Truth::unknown, "WSL hides the bus", {"node:/dev/dxg"});
  else if (pci_was_listed(evidence) == Truth::yes && inventory.failure.empty())
    bus = state(Truth::no, "no NVIDIA GPU on the PCI bus", pci_sources(evidence));
  else if (!inventory.failure.empty() && inventory.failure != "driver_not_loaded" &&
           inventory.failure != "library_missing" && inventory.failure != "no_devices")
    bus = state(Truth::yes, "the driver speaks of it", listed_by);
  else
    bus = state(Truth::unknown,
                pci_was_listed(evidence) == Truth::no ? "this system shows no PCI bus" : "the PCI bus was not recorded",
                pci_sources(evidence));

  // A module that is loaded and whose version cannot be read may be another one than the library's.
  const Answer& loaded = evidence.file(proc_version);
  const bool may_mismatch = !is_wsl && !facts.has("library_matches") && !inventory.answered && !loaded.absent() &&
                            loaded.outcome != Outcome::not_recorded;
  LayerState library;
  const std::string libcuda_path = libcuda.folder + "/libcuda.so.1";
  if (libcuda.is_there == Truth::yes && !libcuda.problem.empty())
    library = state(Truth::no, fmt::format("{} {}", libcuda_path, describe_problem(libcuda.problem)), libcuda.sources);
  else if (libcuda.is_there == Truth::yes && !libcuda.is_readable)
    library = state(Truth::unknown, libcuda_path + " is there and could not be read", libcuda.sources);
  else if (is_wsl && facts.at("wsl_shadowed").value == Value(true))
    library = state(Truth::no, "a Linux driver's libcuda.so.1 hides that of WSL", libcuda.sources);
  else if (libcuda.is_there == Truth::yes && may_mismatch)
    library = state(Truth::unknown, "the versions of libcuda.so.1 and of the loaded module could not be compared",
                    libcuda.sources);
  else if (libcuda.is_there == Truth::yes)
    library = state(Truth::yes, "libcuda.so.1 in " + libcuda.folder, libcuda.sources);
  else if (inventory.failure == "library_missing")
    library = state(Truth::no, inventory.failure_text, listed_by);
  else if (libcuda.is_there == Truth::no)
    library = state(Truth::no, "libcuda.so.1 is not in the usual places", libcuda.sources);
  else if (inventory.answered && listed)
    library = state(Truth::yes, "the driver's own library answered", listed_by);
  else
    library = state(Truth::unknown, "where libraries lie was not recorded");

  const LayerState runtime = judge_runtime(evidence, inventory, listed_by, platform);
  const LayerState control =
      is_tegra ? tegra_node(evidence) : judge_node(evidence, is_wsl ? "/dev/dxg" : "/dev/nvidiactl");
  const LayerState fabric = judge_fabric(evidence, facts);
  const std::string control_path = is_wsl ? "/dev/dxg" : "/dev/nvidiactl";
  const auto& control_node = evidence.node(control_path).node;
  if (control_node && !control_node->opens.empty())
    facts.set("control_open", control_node->opens, {"node:" + control_path});
  const bool is_filtered = control_node && control_node->opens == "EPERM";
  if (control.holds != Truth::unknown && !is_filtered && !is_tegra)
    facts.set("control_node",
              std::string(control.holds == Truth::yes            ? "yes"
                          : evidence.node(control_path).absent() ? "absent"
                                                                 : "denied"),
              {"node:" + control_path});
  if (is_tegra && control.holds != Truth::unknown)
    facts.set("tegra_node",
              std::string(control.holds == Truth::yes            ? "yes"
                          : contains(control.because, "no node") ? "absent"
                                                                 : "denied"),
              control.sources);
  std::size_t n = 0;
  for (Device& device : platform.devices) {
    device.layers[Layer::bus] = state(Truth::yes, bus.because, device.facts.at("name").sources);
    device.layers[Layer::kernel_driver] =
        is_tegra && !listed ? tegra_driver(evidence) : judge_driver(evidence, inventory, listed_by, device);
    LayerState own = control;
    const std::string path = "/dev/nvidia" + std::to_string(n++);
    if (!is_wsl && !is_tegra && control.holds == Truth::yes) {
      // Minor numbers follow the bus order; a container may be given any of them.
      const LayerState mine = judge_node(evidence, path);
      if (platform.devices.size() == 1 && mine.holds == Truth::no && evidence.expand("/dev/nvidia*").size() > 2 &&
          evidence.node(path).absent())
        own = control;
      else
        own = mine;
    }
    if (own.holds == Truth::unknown && inventory.answered && listed)
      own = state(Truth::yes, "the driver answered through it", listed_by);
    device.layers[Layer::device_node] = own;
    device.layers[Layer::user_library] = library;
    device.layers[Layer::runtime_init] = runtime;
    if (const Fact& error = device.facts.at("error"); error.value)
      device.layers[Layer::runtime_init] = state(Truth::no, to_text(error), listed_by);
    const std::int64_t* instances = device.facts.get<std::int64_t>("mig_instances");
    if (const bool* mig = device.facts.get<bool>("mig");
        mig && *mig && instances && *instances == 0 && evidence.ask("nvml").found())
      device.layers[Layer::runtime_init] = state(Truth::no, "MIG is on and no instance exists", listed_by);
    const auto own_init = cuda_runtime_layer(evidence, platform, &device);
    LayerState& init = device.layers[Layer::runtime_init];
    if (own_init && (own_init->holds != Truth::unknown || init.holds != Truth::no)) init = *own_init;
    if (const Fact& mode = device.facts.at("compute_mode"); mode.value && to_text(mode) == "prohibited")
      init = state(Truth::no, "its compute mode is prohibited", mode.sources);
    const Fact& series = device.facts.at("vgpu_series");
    if (series.value && contains("AB", to_text(*series.value)))
      init = state(Truth::no, "the profile of this virtual GPU has no CUDA", series.sources);
    const Fact& virtualization = device.facts.at("virtualization");
    const bool is_unnamed_vgpu =
        virtualization.value == Value(std::string("vgpu")) && !device.facts.get<std::string>("name");
    if (is_unnamed_vgpu && init.holds == Truth::unknown)
      init = state(Truth::unknown, "some profiles of virtual GPUs have no CUDA, and its own is not known",
                   virtualization.sources);
    if (const Fact& joined = device.facts.at("fabric_state");
        joined.value && to_text(joined) != "completed" && init.holds != Truth::yes)
      init = state(Truth::no, "it has not joined the NVLink fabric", joined.sources);
    if (init.holds == Truth::unknown && !fabric.because.empty()) init = fabric;
    device.layers[Layer::kernel_run] = kernel_layer(device);
    device.state = state_of(device.layers);
    // Nobody could tell whether the Fabric Manager runs, without which CUDA does not start.
    if (device.state == State::ready &&
        (is_unnamed_vgpu || (!fabric.because.empty() && fabric.holds == Truth::unknown)))
      device.state = State::unknown;
    for (std::size_t layer = 0; layer < layer_count; ++layer)
      if (const LayerState& one = device.layers[static_cast<Layer>(layer)];
          one.holds == Truth::no && device.because.empty())
        device.because = one.because;
  }

  // The platform stands as well as its best device does.
  const auto best =
      std::max_element(platform.devices.begin(), platform.devices.end(), [](const Device& a, const Device& b) {
        const auto rank = [](State s) {
          return s == State::proven ? 4 : s == State::ready ? 3 : s == State::unknown ? 2 : s == State::blocked ? 1 : 0;
        };
        return rank(a.state) < rank(b.state);
      });
  if (best != platform.devices.end()) {
    platform.layers = best->layers;
    platform.layers[Layer::bus] = bus;
    platform.state = best->state;
    platform.because = best->because;
  } else {
    platform.layers[Layer::bus] = bus;
    platform.layers[Layer::kernel_driver] =
        is_wsl ? state(Truth::unknown, "under WSL the driver is that of Windows", {"node:/dev/dxg"})
        : evidence.file(proc_version).found()
            ? state(Truth::yes, "the nvidia module is loaded", {"file:" + proc_version})
        : inventory.failure == "driver_not_loaded" ? state(Truth::no, inventory.failure_text, listed_by)
        : evidence.file(proc_version).absent()
            ? state(Truth::no, "the nvidia module is not loaded", {"file:" + proc_version})
            : state(Truth::unknown, "not recorded");
    platform.layers[Layer::device_node] = control;
    platform.layers[Layer::user_library] = library;
    platform.layers[Layer::runtime_init] = cuda_runtime_layer(evidence, platform, nullptr).value_or(runtime);
    platform.layers[Layer::kernel_run] = state(Truth::unknown, "not tried");
    platform.state = bus.holds == Truth::no ? State::absent : state_of(platform.layers);
    // A device node or a failing tool without any device seen is no proof of hardware.
    if (bus.holds != Truth::yes && platform.state == State::ready) platform.state = State::unknown;
    platform.because = bus.because;
    // Any maker's GPU is reached through /dev/dxg.
    if (is_wsl && libcuda.is_there == Truth::no && !listed) {
      platform.state = State::unknown;
      platform.because = "whether Windows has an NVIDIA GPU is not told: it passes on no CUDA library";
    }
    if (platform.state == State::blocked)
      for (std::size_t layer = 0; layer < layer_count; ++layer)
        if (const LayerState& one = platform.layers[static_cast<Layer>(layer)]; one.holds == Truth::no) {
          platform.because = one.because;
          break;
        }
  }
  if (platform.because.empty()) {
    if (platform.state == State::proven)
      platform.because = fmt::format("a kernel ran and was right on {} of {} device{}",
                                     std::count_if(platform.devices.begin(), platform.devices.end(),
                                                   [](const Device& device) { return device.state == State::proven; }),
                                     platform.devices.size(), platform.devices.size() == 1 ? "" : "s");
    if (platform.state == State::ready)
      platform.because = fmt::format("{} device{}, all passive evidence agrees", platform.devices.size(),
                                     platform.devices.size() == 1 ? "" : "s");
    if (platform.state == State::unknown)
      for (std::size_t layer = 0; layer < layer_count && platform.because.empty(); ++layer)
        if (const LayerState& one = platform.layers[static_cast<Layer>(layer)]; one.holds == Truth::unknown)
          platform.because = one.because;
  }
}

}  // namespace rigfit
