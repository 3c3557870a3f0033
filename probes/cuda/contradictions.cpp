#include "probes/cuda/contradictions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/cuda.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {

void read_contradictions(const Evidence& evidence, const SeenInventories& seen, const std::vector<PciDevice>& on_bus,
                         Platform& platform) {
  std::vector<std::string> sentences, sources;
  const auto add = [&](std::string sentence, std::initializer_list<std::string> keys) {
    sentences.push_back(std::move(sentence));
    sources.insert(sources.end(), keys);
  };
  const std::string proc = parse_proc_driver_version(evidence.text(proc_driver_version)).version;
  const std::string module(trimmed(evidence.text(module_version)));
  const bool is_loaded = evidence.file(proc_driver_version).found() || evidence.file(module_version).found();
  const bool is_not_loaded = evidence.file(proc_driver_version).absent() && evidence.file(module_version).absent();
  if (!proc.empty() && !module.empty() && proc != module)
    add(fmt::format("{} says that module {} is loaded, {} says {}", proc_driver_version, proc, module_version, module),
        {key_of(Kind::file, proc_driver_version), key_of(Kind::file, module_version)});

  const CudaInventory& reported = seen.inventory;
  const std::string who = seen.sources.empty() ? "" : seen.sources.front() == "ask:nvml" ? "NVML" : "nvidia-smi";
  if (!proc.empty() && reported.answered && !reported.driver_version.empty() && reported.driver_version != proc)
    add(fmt::format("{} says that driver {} is loaded, {} says {}", proc_driver_version, proc, who,
                    reported.driver_version),
        {key_of(Kind::file, proc_driver_version), seen.sources.front()});

  for (const PciDevice& device : on_bus) {
    const std::string driver_key = "link:/sys/bus/pci/devices/" + device.address + "/driver";
    if (is_not_loaded && device.driver == "nvidia")
      add(fmt::format("{} is bound to the driver nvidia, and {} says that no such module is loaded", device.address,
                      proc_driver_version),
          {driver_key, key_of(Kind::file, proc_driver_version)});
    const bool is_listed = std::any_of(reported.gpus.begin(), reported.gpus.end(),
                                       [&](const ListedGpu& gpu) { return gpu.pci_address == device.address; });
    const bool has_addresses = std::all_of(reported.gpus.begin(), reported.gpus.end(),
                                           [](const ListedGpu& gpu) { return !gpu.pci_address.empty(); });
    if (reported.answered && has_addresses && !reported.gpus.empty() && !is_listed && device.driver == "nvidia" &&
        device.power_state != "suspended")
      add(fmt::format("{} is bound to the driver nvidia, and {} does not list it: it failed to initialise",
                      device.address, who),
          {driver_key, seen.sources.front()});
  }
  if (pci_was_listed(evidence) == Truth::yes && reported.answered &&
      evidence.node("/dev/dxg").outcome == Outcome::absent)
    for (const std::string& address : seen.unplaced_addresses)
      add(fmt::format("{} lists a GPU at {}, and the PCI bus shows none there", who, address),
          {seen.sources.front(), "list:/sys/bus/pci/devices"});

  // A node outlives its module when it was made by hand or by an older run.
  if (is_not_loaded && !is_loaded && !on_bus.empty() && evidence.node("/dev/nvidiactl").found())
    add(fmt::format("/dev/nvidiactl is there, and {} says that the module is not loaded: the node is a left-over",
                    proc_driver_version),
        {"node:/dev/nvidiactl", key_of(Kind::file, proc_driver_version)});
  if (!sentences.empty())
    platform.facts.set(fact::cuda::contradictions, sentences, sources);
  else
    platform.facts.set(fact::cuda::contradictions, Fact::of_none("none seen"));
}

}  // namespace rigfit
