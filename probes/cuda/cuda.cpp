#include "probes/cuda/cuda.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "probes/cuda/inventory.hpp"
#include "probes/cuda/layers.hpp"
#include "probes/cuda/libcuda.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/cuda/toolkit.hpp"
#include "probes/pci/pci.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view proc_version = "/proc/driver/nvidia/version";
constexpr std::string_view module_version = "/sys/module/nvidia/version";

bool is_gpu(const PciDevice& device) {
  return device.vendor == "10de" && (device.pci_class.starts_with("0300") || device.pci_class.starts_with("0302"));
}

std::vector<PciDevice> gpus_on_bus(const Evidence& evidence) {
  std::vector<PciDevice> gpus = pci_devices(evidence);
  std::erase_if(gpus, [](const PciDevice& device) { return !is_gpu(device); });
  return gpus;
}

Requests first_look() {
  Requests requests = pci_first_look();
  for (Request& request : toolkit_first_look()) requests.push_back(std::move(request));
  requests.push_back(file(std::string(proc_version), 4096));
  requests.push_back(file(std::string(module_version), 256));
  requests.push_back(node("/dev/dxg"));
  requests.push_back(file("/etc/nv_tegra_release", 4096));
  requests.push_back(env("CUDA_VISIBLE_DEVICES"));
  requests.push_back(env("NVIDIA_VISIBLE_DEVICES"));
  return requests;
}

Requests next(const Evidence& evidence, const DeviceTable&) {
  const bool loaded = evidence.file(proc_version).found();
  const bool is_wsl = evidence.node("/dev/dxg").found();
  const std::vector<PciDevice> gpus = gpus_on_bus(evidence);
  if (gpus.empty() && !loaded && !is_wsl && !evidence.file("/etc/nv_tegra_release").found()) return {};
  Requests requests = pci_second_look(evidence, is_gpu);
  for (const std::string& folder : cuda_library_folders()) {
    requests.push_back(link(folder + "/libcuda.so.1"));
    requests.push_back(link(folder + "/libnvidia-ml.so.1"));
  }
  // Without the module, opening the node would make the kernel load it.
  if (loaded) requests.push_back(opened("/dev/nvidiactl"));
  for (const char* path : {"/dev/nvidiactl", "/dev/nvidia*", "/dev/nvidia-uvm"}) requests.push_back(node(path));
  requests.push_back(list("/sys/module/nouveau"));
  // Loading NVML without the driver would create device nodes, and asking a suspended GPU would wake it.
  const auto sleeps = [](const PciDevice& gpu) { return gpu.power_state == "suspended"; };
  const bool asleep = !gpus.empty() && std::all_of(gpus.begin(), gpus.end(), sleeps);
  const bool second_look_done =
      gpus.empty() ||
      evidence.link("/sys/bus/pci/devices/" + gpus[0].address + "/driver").outcome != Outcome::not_recorded;
  const bool is_tegra = evidence.file("/etc/nv_tegra_release").found();
  if ((loaded || is_wsl || is_tegra) && second_look_done) {
    requests.push_back(asleep ? waking(ask("nvml")) : ask("nvml"));
    for (Request& request : cuda_proof_requests(evidence, std::any_of(gpus.begin(), gpus.end(), sleeps)))
      requests.push_back(std::move(request));
    if (evidence.ask("nvml").outcome != Outcome::not_recorded)
      requests.push_back(command("nvidia-smi",
                                 {"--query-gpu=index,name,pci.bus_id,driver_version,memory.total,compute_cap,mig.mode."
                                  "current,ecc.mode.current",
                                  "--format=csv"},
                                 "ask:nvml"));
  }
  return requests;
}

/// Fills in what `gpu` does not have.
void complete(ListedGpu& gpu, const ListedGpu& other) {
  for (std::string ListedGpu::*text :
       {&ListedGpu::name, &ListedGpu::pci_address, &ListedGpu::pci_device, &ListedGpu::architecture,
        &ListedGpu::compute_capability, &ListedGpu::driver_model, &ListedGpu::compute_mode, &ListedGpu::error})
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

struct Seen {
  CudaInventory inventory;           ///< of all that listed devices, merged
  std::vector<std::string> sources;  ///< of it
};

// The same machine may be listed by NVML and by several runs of nvidia-smi, each telling other things.
Seen read_inventories(const Evidence& evidence) {
  Seen seen;
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
  // deviceQuery orders by speed, not by bus: it may only tell about GPUs that bear the same name.
  for (const auto& [line, answer] : evidence.commands("deviceQuery"))
    for (const ListedGpu& told : parse_device_query(answer->text).gpus)
      for (ListedGpu& gpu : seen.inventory.gpus)
        if (gpu.name == told.name && gpu.compute_capability.empty()) gpu.compute_capability = told.compute_capability;
  return seen;
}

/// The table's row for a GPU: by its ids, else the one whose name is the longest that the product's name contains.
const DeviceModel* model_of(const DeviceTable& table, const std::string& device_id, const std::string& name) {
  if (const DeviceModel* model = device_id.empty() ? nullptr : table.find("10de", device_id)) return model;
  const DeviceModel* best = nullptr;
  for (const DeviceModel& row : table.rows())
    if (row.vendor == "10de" && row.device_first == row.device_last &&
        contains(" " + name + " ", " " + row.name + " ") && (!best || row.name.size() > best->name.size()))
      best = &row;
  return best;
}

/// "9.0" → "sm_90"
std::string sm_of(const std::string& capability) {
  std::string sm = "sm_";
  for (const char c : capability)
    if (c != '.') sm += c;
  return sm;
}
/// "sm_120" → "12.0"
std::string capability_of(const std::string& sm) {
  if (!sm.starts_with("sm_") || sm.size() < 5) return "";
  return sm.substr(3, sm.size() - 4) + "." + sm.back();
}

Device read_device(const PciDevice* pci, const ListedGpu* gpu, const DeviceTable& table,
                   const std::vector<std::string>& listed_by) {
  Device device;
  FactTable& facts = device.facts;
  const std::vector<std::string> bus = pci ? pci->sources : listed_by;
  const std::string id = pci && !pci->device.empty() ? pci->device : gpu ? gpu->pci_device : "";
  const std::string told_name = gpu ? gpu->name : "";
  const DeviceModel* model = model_of(table, id, told_name);
  if (!told_name.empty())
    facts.set("name", told_name, listed_by);
  else if (model)
    facts.set("name", model->name, bus);
  else if (pci && !pci->name.empty())
    facts.set("name", pci->name, bus);
  else
    facts.set("name",
              Fact::unknown(gpu && !gpu->error.empty() ? gpu->error : "its id is not in the device table", bus));

  std::string capability = gpu ? gpu->compute_capability : "";
  const bool by_table = capability.empty() && model;
  if (by_table) capability = capability_of(model->architecture);
  if (const auto version = Version::parse(capability)) {
    facts.set("compute_capability", *version, by_table ? bus : listed_by);
    facts.set("architecture", sm_of(capability), by_table ? bus : listed_by);
  } else {
    facts.set("compute_capability", Fact::unknown("neither the driver nor the device table tells", bus));
    facts.set("architecture", Fact::unknown("neither the driver nor the device table tells", bus));
  }
  if (gpu && !gpu->architecture.empty())
    facts.set("generation", gpu->architecture, listed_by);
  else if (model && !model->generation.empty())
    facts.set("generation", model->generation, bus);
  const std::string address = pci ? pci->address : gpu ? gpu->pci_address : "";
  if (!address.empty()) facts.set("pci_address", address, bus);
  if (pci) facts.set("pci_vendor", pci->vendor, bus), facts.set("kind", std::string("gpu"), bus);
  if (!id.empty()) facts.set("pci_device", id, bus);
  if (pci && pci->driver)
    facts.set("kernel_driver",
              pci->driver->empty() ? Fact::of_none("no driver is bound", bus) : Fact::of(*pci->driver, bus));
  if (pci && pci->numa_node) facts.set("numa_node", std::int64_t{*pci->numa_node}, bus);
  if (pci && !pci->power_state.empty()) facts.set("power_state", pci->power_state, bus);
  if (gpu && gpu->memory_bytes)
    facts.set("memory_total_bytes", *gpu->memory_bytes, listed_by);
  else
    facts.set("memory_total_bytes",
              Fact::unknown(gpu ? "the driver does not tell" : "the driver was not asked", listed_by));
  if (gpu && gpu->mig) facts.set("mig", *gpu->mig, listed_by);
  if (gpu && gpu->ecc) facts.set("ecc", *gpu->ecc, listed_by);
  if (gpu && !gpu->driver_model.empty()) facts.set("driver_model", gpu->driver_model, listed_by);
  if (gpu && !gpu->compute_mode.empty()) facts.set("compute_mode", lower(gpu->compute_mode), listed_by);
  if (gpu && gpu->uncorrected_errors) facts.set("uncorrected_errors", *gpu->uncorrected_errors, listed_by);
  if (gpu && !gpu->error.empty()) facts.set("error", gpu->error, listed_by);
  if (gpu)
    for (const auto& [name, fact] : gpu->more) facts.set(name, *fact.value, listed_by);
  if (gpu && (!gpu->instances.empty() || gpu->mig == true)) {
    facts.set("mig_instances", static_cast<std::int64_t>(gpu->instances.size()), listed_by);
    std::vector<std::string> profiles, sizes;
    for (const MigInstance& instance : gpu->instances) {
      profiles.push_back(instance.profile.empty() ? "unknown" : instance.profile);
      if (instance.memory_bytes) sizes.push_back(std::to_string(*instance.memory_bytes));
    }
    facts.set("mig_profiles", profiles, listed_by);
    if (!sizes.empty()) facts.set("mig_memory_bytes", sizes, listed_by);
  }
  return device;
}

void read_driver(const Evidence& evidence, const Seen& seen, FactTable& facts) {
  const Answer& proc = evidence.file(proc_version);
  if (const KernelModule module = parse_proc_driver_version(evidence.text(proc_version)); !module.version.empty()) {
    if (const auto version = Version::parse(module.version))
      facts.set("driver_version", *version, {key_of(Kind::file, proc_version)});
    facts.set("module_kind", module.kind, {key_of(Kind::file, proc_version)});
    if (!module.arch.empty()) facts.set("module_arch", module.arch, {key_of(Kind::file, proc_version)});
  } else if (const auto other = Version::parse(trimmed(evidence.text(module_version)))) {
    facts.set("driver_version", *other, {key_of(Kind::file, module_version)});
  } else if (const auto listed = Version::parse(seen.inventory.driver_version)) {
    facts.set("driver_version", *listed, seen.sources);
  } else if (proc.absent()) {
    facts.set("driver_version",
              Fact::of_none("the nvidia kernel module is not loaded", {key_of(Kind::file, proc_version)}));
  }
  if (const auto version = Version::parse(seen.inventory.supported_version))
    facts.set("supported_version", *version, seen.sources);
  else
    facts.set("supported_version", facts.at("driver_version").none
                                       ? Fact::of_none("no driver is loaded")
                                       : Fact::unknown("the driver was not asked or did not answer"));
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Platform platform;
  platform.id = "cuda";
  if (evidence.os == "darwin") {
    platform.state = State::not_applicable;
    platform.because = "macOS has no CUDA";
    Facts facts;
    facts.platforms.push_back(std::move(platform));
    return facts;
  }
  const Seen seen = read_inventories(evidence);
  read_driver(evidence, seen, platform.facts);
  for (const auto& [name, fact] : seen.inventory.more) platform.facts.set(name, *fact.value, seen.sources);
  read_toolkit(evidence, platform.facts);
  const std::vector<PciDevice> on_bus = gpus_on_bus(evidence);
  std::vector<bool> used(on_bus.size());
  for (const ListedGpu& gpu : seen.inventory.gpus) {
    const auto pci = std::find_if(on_bus.begin(), on_bus.end(), [&](const PciDevice& d) {
      return !gpu.pci_address.empty() && d.address == gpu.pci_address;
    });
    if (pci != on_bus.end()) used[static_cast<std::size_t>(pci - on_bus.begin())] = true;
    platform.devices.push_back(read_device(pci == on_bus.end() ? nullptr : &*pci, &gpu, table, seen.sources));
  }
  for (std::size_t n = 0; n < on_bus.size(); ++n)
    if (!used[n] && (seen.inventory.gpus.size() < on_bus.size() || seen.inventory.gpus.empty()))
      platform.devices.push_back(read_device(&on_bus[n], nullptr, table, seen.sources));
  read_cuda_runtime(evidence, platform);
  judge_cuda_layers(evidence, seen.inventory, seen.sources, !on_bus.empty(), platform);
  Facts facts;
  facts.platforms.push_back(std::move(platform));
  return facts;
}

const Requests looks_at = first_look();

}  // namespace

const Probe cuda_probe{"cuda", looks_at, next, read};

}  // namespace rigfit
