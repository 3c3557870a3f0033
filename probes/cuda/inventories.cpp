#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/libcuda.hpp"
#include "probes/layers/join.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

/// One answer that lists GPUs.
struct Reported {
  CudaInventory inventory;
  std::string key;
  bool by_cuda = false;  ///< numbered by CUDA, not by NVML
  bool is_whole = true;  ///< neither cut nor asked for some GPUs only
};

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
  gpu.more.add_unknown(other.more);
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

/// CUDA shows each MIG instance as a device of its own; here they are one GPU.
void join_instances(std::vector<ListedGpu>& gpus) {
  std::vector<ListedGpu> joined;
  for (ListedGpu& gpu : gpus) {
    const auto same = std::find_if(joined.begin(), joined.end(), [&](const ListedGpu& one) {
      return !gpu.pci_address.empty() && one.pci_address == gpu.pci_address && !gpu.instances.empty();
    });
    if (same == joined.end())
      joined.push_back(std::move(gpu));
    else
      same->instances.insert(same->instances.end(), gpu.instances.begin(), gpu.instances.end());
  }
  gpus = std::move(joined);
}

/// What else a listing tells than its GPUs.
void take_platform(const Reported& reported, SeenInventories& seen) {
  const CudaInventory& listed = reported.inventory;
  CudaInventory& all = seen.inventory;
  if (all.driver_version.empty()) all.driver_version = listed.driver_version;
  if (all.supported_version.empty()) all.supported_version = listed.supported_version;
  all.has_version_error = all.has_version_error || listed.has_version_error;
  if (!all.attached) all.attached = listed.attached;
  all.more.add_unknown(listed.more);
  if (listed.answered || !listed.failure.empty() || !listed.driver_version.empty() || !listed.gpus.empty())
    seen.sources.push_back(reported.key);
  if (!all.answered && !listed.failure.empty() && all.failure.empty()) {
    all.failure = listed.failure;
    all.failure_text = listed.failure_text;
  }
  if (listed.answered && listed.failure.empty()) all.answered = true, all.failure.clear(), all.failure_text.clear();
}

std::vector<Reported> all_reported(const Evidence& evidence) {
  std::vector<Reported> all;
  if (const Answer& nvml = evidence.ask("nvml"); nvml.found()) all.push_back({parse_nvml(nvml.text), "ask:nvml"});
  for (const auto& [line, answer] : evidence.commands("nvidia-smi"))
    if (!answer->text.empty() || !answer->err.empty()) {
      Reported reported{parse_nvidia_smi(line, answer->text.empty() ? answer->err : answer->text),
                        "command:" + std::string(line)};
      if (answer->outcome != Outcome::found || answer->exit.value_or(0) != 0) reported.inventory.answered = false;
      reported.is_whole = !answer->truncated && !contains(line, " -i ") && !contains(line, " --id");
      all.push_back(std::move(reported));
    }
  const bool may_be_hidden = evidence.env("CUDA_VISIBLE_DEVICES").found();
  if (const Answer& cuda = evidence.ask("cuda"); cuda.found()) {
    Reported reported{parse_libcuda(cuda.text), "ask:cuda", true, !may_be_hidden};
    reported.inventory.more = {};  // read_cuda_runtime tells those
    all.push_back(std::move(reported));
  }
  for (const auto& [line, answer] : evidence.commands("deviceQuery"))
    all.push_back(
        {parse_device_query(answer->text), "command:" + std::string(line), true, !may_be_hidden && !answer->truncated});
  for (Reported& reported : all) {
    for (ListedGpu& gpu : reported.inventory.gpus)
      if (!is_pci_address(gpu.pci_address)) gpu.pci_address.clear();
    if (reported.by_cuda) join_instances(reported.inventory.gpus);
  }
  return all;
}

DeviceListing listing_of(const Reported& reported) {
  DeviceListing listing;
  listing.numbering = reported.by_cuda ? "cuda" : "nvml";
  const std::vector<ListedGpu>& gpus = reported.inventory.gpus;
  // Instances that tell no address may be of any GPU.
  const bool are_gpus = !reported.by_cuda || std::all_of(gpus.begin(), gpus.end(), [](const ListedGpu& gpu) {
    return gpu.instances.empty() || !gpu.pci_address.empty();
  });
  if (reported.inventory.attached && *reported.inventory.attached >= 0)
    listing.length = static_cast<std::size_t>(*reported.inventory.attached);
  else if (reported.is_whole && are_gpus)
    listing.length = gpus.size();
  for (const ListedGpu& gpu : gpus) {
    const auto* number = gpu.more.get(fact::device::cuda_index);
    const auto index = !reported.by_cuda ? gpu.index : number ? std::optional(*number) : std::nullopt;
    listing.rows.push_back({gpu.pci_address, gpu.uuid, index, gpu.name, gpu.pci_device});
  }
  return listing;
}

DeviceListing listing_of(const Evidence& evidence, const std::vector<PciDevice>& on_bus) {
  DeviceListing bus;
  bus.is_authority = pci_was_listed(evidence) == Truth::yes;
  const auto has_driver = [](const PciDevice& pci) { return !pci.driver || *pci.driver == "nvidia"; };
  const bool has_any = std::any_of(on_bus.begin(), on_bus.end(), has_driver);
  for (const PciDevice& pci : on_bus)
    bus.rows.push_back({pci.address, "", std::nullopt, "", pci.device, !has_any || has_driver(pci)});
  return bus;
}

/// A product has one compute capability, whichever of several a row is about.
void take_capability_by_name(const ListedGpu& row, std::vector<ListedGpu>& gpus) {
  for (ListedGpu& gpu : gpus)
    if (!row.name.empty() && gpu.name == row.name && gpu.compute_capability.empty())
      gpu.compute_capability = row.compute_capability;
}

}  // namespace

SeenInventories read_inventories(const Evidence& evidence, const std::vector<PciDevice>& on_bus) {
  SeenInventories seen;
  const std::vector<Reported> all = all_reported(evidence);
  std::vector<DeviceListing> listings{listing_of(evidence, on_bus)};
  for (const Reported& reported : all) {
    listings.push_back(listing_of(reported));
    // deviceQuery is a sample of the toolkit: its failure is the driver's only where nothing else was asked.
    const bool is_sample = reported.key.starts_with("command:deviceQuery");
    if (!is_sample || (!seen.inventory.answered && seen.inventory.failure.empty()))
      take_platform(reported, seen);
    else if (!reported.inventory.gpus.empty())
      seen.sources.push_back(reported.key);
  }
  std::optional<std::size_t> most;
  for (const Reported& reported : all)
    if (reported.inventory.attached.value_or(-1) >= 0)
      most = std::max(most.value_or(0), static_cast<std::size_t>(*reported.inventory.attached));
  const DeviceJoin join = join_listings(listings, most);

  // In the order of the first that lists them.
  std::vector<std::optional<std::size_t>> place_of(join.devices);
  for (std::size_t n = 0; n < all.size(); ++n)
    for (std::size_t row = 0; row < all[n].inventory.gpus.size(); ++row) {
      const ListedGpu& gpu = all[n].inventory.gpus[row];
      const auto device = join.at[n + 1][row];
      if (!device) {
        seen.unplaced.push_back(fmt::format("{} of {}", gpu.name.empty() ? fmt::format("row {}", row + 1) : gpu.name,
                                            std::string_view(all[n].key).substr(all[n].key.find(':') + 1)));
        if (!gpu.pci_address.empty()) seen.unplaced_addresses.push_back(gpu.pci_address);
      } else if (place_of[*device]) {
        complete(seen.inventory.gpus[*place_of[*device]], gpu);
      } else {
        place_of[*device] = seen.inventory.gpus.size();
        seen.inventory.gpus.push_back(gpu);
        const auto& rows = join.at.front();
        const auto on = std::find(rows.begin(), rows.end(), device);
        seen.bus_row.push_back(on == rows.end() ? std::nullopt
                                                : std::optional(static_cast<std::size_t>(on - rows.begin())));
        if (seen.bus_row.back()) seen.inventory.gpus.back().pci_address = on_bus[*seen.bus_row.back()].address;
      }
    }
  for (std::size_t n = 0; n < all.size(); ++n)
    for (std::size_t row = 0; row < all[n].inventory.gpus.size(); ++row)
      if (!join.at[n + 1][row]) take_capability_by_name(all[n].inventory.gpus[row], seen.inventory.gpus);
  // What lists GPUs of which none can be distinguished does not say that there are none.
  if (seen.inventory.gpus.empty() && !seen.unplaced.empty()) seen.inventory.answered = false;
  return seen;
}

}  // namespace rigfit
