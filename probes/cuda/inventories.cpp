#include <algorithm>

#include "probes/cuda/inventory.hpp"
#include "probes/cuda/libcuda.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

/// Fills in what `gpu` does not have.
void complete(ListedGpu& gpu, const ListedGpu& other) {
  for (std::string ListedGpu::*text :
       {&ListedGpu::name, &ListedGpu::pci_address, &ListedGpu::pci_device, &ListedGpu::architecture,
        &ListedGpu::compute_capability, &ListedGpu::driver_model, &ListedGpu::compute_mode, &ListedGpu::error,
        &ListedGpu::uuid})
    if ((gpu.*text).empty()) gpu.*text = other.*text;
  // The default table cuts long names.
  if (gpu.name.ends_with("...") && other.name.starts_with(gpu.name.substr(0, gpu.name.size() - 3)))
    gpu.name = other.name;
  if (!gpu.index) gpu.index = other.index;
  for (const auto& [name, fact] : other.more) gpu.more.set_if_unknown(name, fact);
  if (!gpu.memory_bytes) gpu.memory_bytes = other.memory_bytes;
  if (!gpu.uncorrected_errors) gpu.uncorrected_errors = other.uncorrected_errors;
  if (!gpu.mig) gpu.mig = other.mig;
  if (!gpu.ecc) gpu.ecc = other.ecc;
  const bool has_profiles =
      std::any_of(gpu.instances.begin(), gpu.instances.end(), [](const MigInstance& i) { return !i.profile.empty(); });
  if (gpu.instances.empty() || (!has_profiles && gpu.instances.size() == other.instances.size())) {
    for (std::size_t n = 0; n < other.instances.size(); ++n) {
      if (n >= gpu.instances.size()) gpu.instances.push_back(other.instances[n]);
      if (gpu.instances[n].profile.empty()) gpu.instances[n].profile = other.instances[n].profile;
      if (!gpu.instances[n].memory_bytes) gpu.instances[n].memory_bytes = other.instances[n].memory_bytes;
    }
  }
}

}  // namespace

// The same machine may be listed by NVML and by several runs of nvidia-smi, each telling other things.
SeenInventories read_inventories(const Evidence& evidence) {
  SeenInventories seen;
  const auto take = [&](const CudaInventory& listed, std::string key) {
    CudaInventory& all = seen.inventory;
    if (all.driver_version.empty()) all.driver_version = listed.driver_version;
    if (all.supported_version.empty()) all.supported_version = listed.supported_version;
    if (!all.attached) all.attached = listed.attached;
    for (const auto& [name, fact] : listed.more) all.more.set_if_unknown(name, fact);
    if (listed.answered || !listed.failure.empty() || !listed.driver_version.empty() || !listed.gpus.empty())
      seen.sources.push_back(std::move(key));
    if (!all.answered && !listed.failure.empty() && all.failure.empty()) {
      all.failure = listed.failure;
      all.failure_text = listed.failure_text;
    }
    if (listed.answered && listed.failure.empty()) all.answered = true, all.failure.clear(), all.failure_text.clear();
    const bool is_first = all.gpus.empty();
    for (std::size_t n = 0; n < listed.gpus.size(); ++n) {
      const ListedGpu& gpu = listed.gpus[n];
      const auto same = std::find_if(all.gpus.begin(), all.gpus.end(), [&](const ListedGpu& known) {
        return !known.pci_address.empty() && !gpu.pci_address.empty() ? known.pci_address == gpu.pci_address
                                                                      : known.index && known.index == gpu.index;
      });
      if (same != all.gpus.end())
        complete(*same, gpu);
      else if (is_first || !gpu.pci_address.empty())
        all.gpus.push_back(gpu);
    }
  };
  if (const Answer& nvml = evidence.ask("nvml"); nvml.found()) take(parse_nvml(nvml.text), "ask:nvml");
  for (const auto& [line, answer] : evidence.commands("nvidia-smi"))
    if (!answer->text.empty() || !answer->err.empty()) {
      CudaInventory inventory = parse_nvidia_smi(line, answer->text.empty() ? answer->err : answer->text);
      if (answer->outcome != Outcome::found || answer->exit.value_or(0) != 0) inventory.answered = false;
      take(inventory, "command:" + std::string(line));
    }
  if (const Answer& cuda = evidence.ask("cuda"); cuda.found()) {
    CudaInventory shown = parse_libcuda(cuda.text);
    shown.more = {};  // read_cuda_runtime tells those
    take(shown, "ask:cuda");
  }
  for (const auto& [line, answer] : evidence.commands("deviceQuery")) {
    const CudaInventory told = parse_device_query(answer->text);
    if (!seen.inventory.answered && seen.inventory.failure.empty() && seen.inventory.gpus.empty())
      take(told, "command:" + std::string(line));
    else  // It orders by speed, not by bus: it may only tell about GPUs that bear the same name.
      for (const ListedGpu& one : told.gpus)
        for (ListedGpu& gpu : seen.inventory.gpus)
          if (gpu.name == one.name && gpu.compute_capability.empty()) gpu.compute_capability = one.compute_capability;
  }
  return seen;
}

}  // namespace rigfit
