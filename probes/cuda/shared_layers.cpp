#include "probes/cuda/shared_layers.hpp"

#include <fmt/format.h>

#include <tuple>

#include "fact_names/cuda.hpp"
#include "probes/cuda/jetson.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {
namespace {

std::string_view describe_problem(std::string_view problem) {
  if (problem == "empty_file") return "is an empty file";
  if (problem == "stub") return "is the toolkit's stub, which no program can run with";
  if (problem == "foreign_arch") return "was built for another architecture";
  return "is no library";
}

LayerState judge_bus(const CudaSeen& seen) {
  const std::string& failure = seen.inventory.failure;
  if (seen.bus_shows_gpu) return state(Truth::yes, "an NVIDIA GPU is on the PCI bus", pci_sources(seen.evidence));
  if (seen.lists_gpus()) return state(Truth::yes, "the driver lists it", seen.listed_by);
  if (const auto tegra = find_tegra(seen.evidence))
    return state(Truth::yes, "a Jetson: its GPU is part of the chip", tegra->sources);
  if (seen.is_wsl && seen.libcuda.folder == "/usr/lib/wsl/lib")
    return state(Truth::unknown, "WSL hides the bus", {"node:/dev/dxg"});
  const Truth was_listed = pci_was_listed(seen.evidence);
  // What is told without a driver tells nothing of the bus.
  const bool speaks_of_none =
      failure.empty() || failure == "driver_not_loaded" || failure == "library_missing" || failure == "no_devices";
  if (was_listed == Truth::yes && speaks_of_none)
    return state(Truth::no, "no NVIDIA GPU on the PCI bus", pci_sources(seen.evidence));
  if (!speaks_of_none) return state(Truth::yes, "the driver speaks of it", seen.listed_by);
  return state(Truth::unknown,
               was_listed == Truth::no ? "this system shows no PCI bus" : "the PCI bus was not recorded",
               pci_sources(seen.evidence));
}

/// A module that is loaded and whose version cannot be read may be another one than the library's.
bool may_mismatch(const CudaSeen& seen, const PlatformFacts& facts) {
  const Answer& loaded = seen.evidence.file(proc_driver_version);
  return !seen.is_wsl && !facts.has(fact::cuda::library_matches) && !seen.inventory.answered && !loaded.absent() &&
         loaded.outcome != Outcome::not_recorded;
}

/// libcuda.so.1 where it was found.
LayerState judge_found_library(const CudaSeen& seen, const PlatformFacts& facts) {
  const CudaLibrary& libcuda = seen.libcuda;
  const std::string path = libcuda.folder + "/libcuda.so.1";
  if (!libcuda.problem.empty())
    return state(Truth::no, fmt::format("{} {}", path, describe_problem(libcuda.problem)), libcuda.sources);
  if (!libcuda.is_readable) return state(Truth::unknown, path + " is there and could not be read", libcuda.sources);
  if (seen.is_wsl && facts.at(fact::cuda::wsl_shadowed).value == Value(true))
    return state(Truth::no, "a Linux driver's libcuda.so.1 hides that of WSL", libcuda.sources);
  if (may_mismatch(seen, facts))
    return state(Truth::unknown, "the versions of libcuda.so.1 and of the loaded module could not be compared",
                 libcuda.sources);
  return state(Truth::yes, "libcuda.so.1 in " + libcuda.folder, libcuda.sources);
}

LayerState judge_library(const CudaSeen& seen, const PlatformFacts& facts) {
  const CudaLibrary& libcuda = seen.libcuda;
  if (libcuda.is_there == Truth::yes) return judge_found_library(seen, facts);
  if (seen.is_wsl && facts.at(fact::cuda::wsl_shadowed).value == Value(true))
    return state(Truth::no, "a Linux driver's libcuda.so.1 hides that of WSL", libcuda.sources);
  if (seen.inventory.failure == "library_missing") return state(Truth::no, seen.inventory.failure_text, seen.listed_by);
  if (libcuda.is_there == Truth::no)
    return state(Truth::no, "libcuda.so.1 is not in the usual places", libcuda.sources);
  if (seen.inventory.answered && seen.lists_gpus())
    return state(Truth::yes, "the driver's own library answered", seen.listed_by);
  return state(Truth::unknown, "where libraries lie was not recorded");
}

/// How the driver's own tools failed to answer at all; empty when none did.
std::optional<LayerState> judge_failures(const Evidence& evidence) {
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
  return std::nullopt;
}

/// Whether CUDA would start, by all that needs no context on a GPU.
LayerState judge_start(const CudaSeen& seen, const PlatformFacts& facts) {
  const CudaInventory& inventory = seen.inventory;
  if (const bool* hides = facts.get(fact::cuda::hides_all); hides && *hides)
    return state(
        Truth::no,
        fmt::format("CUDA_VISIBLE_DEVICES=\"{}\" hides every GPU", to_text(facts.at(fact::cuda::visible_devices))),
        {"env:CUDA_VISIBLE_DEVICES"});
  if (!inventory.failure.empty() && !inventory.answered)
    return state(Truth::no, inventory.failure_text.empty() ? inventory.failure : inventory.failure_text,
                 seen.listed_by);
  if (inventory.failure == "no_devices" || (inventory.answered && inventory.gpus.empty()))
    return state(Truth::no, "the driver lists no device", seen.listed_by);
  if (!inventory.answered)
    if (const auto failed = judge_failures(seen.evidence)) return *failed;
  if (facts.at(fact::cuda::library_matches).value && !*facts.get(fact::cuda::library_matches))
    return state(Truth::no, fmt::format("libcuda {} does not match the loaded module {}",
                                        to_text(facts.at(fact::cuda::libcuda_version)),
                                        to_text(facts.at(fact::cuda::driver_version))));
  for (const auto& [line, answer] : seen.evidence.commands("deviceQuery"))
    if (contains(answer->text, "Result = PASS"))
      return state(Truth::yes, "deviceQuery started CUDA", {"command:" + std::string(line)});
  if (facts.get(fact::cuda::version_error))
    return state(Truth::no, "nvidia-smi gets no CUDA version out of libcuda (\"ERR!\")", seen.listed_by);
  return LayerState::untried("not tried: the default run creates no context on a GPU");
}

std::optional<LayerState> judge_fabric(const Evidence& evidence, const PlatformFacts& facts) {
  const Fact& manager = facts.at(fact::cuda::fabric_manager);
  if (manager.value && *manager.value != Value(std::string("running")))
    return state(Truth::no, "NVSwitches join the GPUs, and the Fabric Manager does not run", manager.sources);
  const Outcome program = evidence.node("/usr/bin/nv-fabricmanager").outcome;
  if (!facts.has(fact::cuda::fabric_manager) || manager.value || program == Outcome::not_recorded ||
      program == Outcome::absent)
    return std::nullopt;
  return state(Truth::unknown, manager.because, manager.sources);
}

}  // namespace

std::string control_path(const CudaSeen& seen) {
  return seen.is_tegra ? "" : seen.is_wsl ? "/dev/dxg" : "/dev/nvidiactl";
}

LayerState cuda_node_layer(const Evidence& evidence, const std::string& path) {
  LayerState layer = access_to_node(evidence, path).layer;
  if (evidence.node(path).outcome == Outcome::not_recorded) layer.because = path + " was not recorded";
  return layer;
}

LayerState judge_module(const CudaSeen& seen) {
  const std::vector<std::string> source{key_of(Kind::file, proc_driver_version)};
  if (seen.evidence.file(proc_driver_version).found()) return state(Truth::yes, "the nvidia module is loaded", source);
  if (seen.inventory.failure == "driver_not_loaded")
    return state(Truth::no, seen.inventory.failure_text, seen.listed_by);
  if (seen.evidence.file(proc_driver_version).absent())
    return state(Truth::no, "the nvidia module is not loaded", source);
  return state(Truth::unknown, "not recorded");
}

SharedLayers judge_shared_layers(const CudaSeen& seen, const PlatformFacts& facts) {
  SharedLayers shared;
  shared.bus = judge_bus(seen);
  shared.library = judge_library(seen, facts);
  shared.runtime = judge_start(seen, facts);
  shared.fabric = judge_fabric(seen.evidence, facts);
  shared.control = seen.is_tegra ? access_to_tegra(seen.evidence) : access_to_node(seen.evidence, control_path(seen));
  if (!seen.is_tegra) shared.control.layer = cuda_node_layer(seen.evidence, control_path(seen));
  return shared;
}

}  // namespace rigfit
