#include "probes/cuda/devices.hpp"

#include <algorithm>
#include <iterator>

#include "fact_names/device.hpp"
#include "facts/product_names.hpp"
#include "probes/parse/text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// "Orin (nvgpu)", "Xavier", "NVIDIA Tegra X1", as Jetsons name their GPU → the row of the chip.
const DeviceModel* tegra_of(const DeviceTable& table, std::string_view name) {
  if (name.starts_with("NVIDIA ")) name.remove_prefix(7);
  name = trimmed(name.substr(0, name.find("(nvgpu)")));
  if (name != "Orin" && name != "Xavier" && name != "Thor" && !name.starts_with("Tegra X")) return nullptr;
  for (const DeviceModel& row : table.rows())
    if (row.bus == "tegra" && contains(row.name, name)) return &row;
  return nullptr;
}

/// The table's row for a GPU: by its id, else by the code name that lspci prints, else by the product's name.
const DeviceModel* model_of(const DeviceTable& table, const std::string& device_id, const std::string& lspci_name,
                            const std::string& name) {
  if (const DeviceModel* model = device_id.empty() ? nullptr : table.find("10de", device_id)) return model;
  if (const DeviceModel* model = table.find_chip("10de", lspci_name)) return model;
  if (const DeviceModel* model = tegra_of(table, name)) return model;
  return table.find_product("10de", name.empty() ? lspci_name : name);
}

/// "9.0" → "sm_90"
std::string sm_of(const std::string& capability) {
  std::string sm = "sm_";
  for (const char c : capability)
    if (c != '.') sm += c;
  return sm;
}

/// What it can be by its name and its generation ("Ampere"), where neither the driver nor its id tells.
std::vector<std::string> possible_targets(const DeviceTable& table, const std::string& name,
                                          const std::string& generation) {
  std::vector<std::string> by_name = architectures_of_product(table, "10de", name);
  const std::vector<std::string> by_generation = architectures_of_generation(table, "10de", generation);
  if (by_name.size() == 1 || by_generation.empty()) return by_name;
  std::vector<std::string> both;
  std::set_intersection(by_name.begin(), by_name.end(), by_generation.begin(), by_generation.end(),
                        std::back_inserter(both));
  return both.empty() ? by_generation : both;
}

void set_target(const std::vector<std::string>& possible, const std::vector<std::string>& source, DeviceFacts& facts) {
  std::vector<std::string> targets;
  std::vector<Version> capabilities;
  for (const std::string& sm : possible)
    if (const auto version = Version::parse(capability_of(sm)))
      targets.emplace_back(sm), capabilities.emplace_back(*version);
  const std::string because = capabilities.empty() ? "neither the driver nor the device table tells"
                                                   : "its name fits several GPUs: " + join(possible, " or ");
  facts.set(fact::device::compute_capability, Fact::one_of(std::move(capabilities), because, source));
  facts.set(fact::device::architecture, Fact::one_of(std::move(targets), because, source));
}

using Sources = std::vector<std::string>;

void read_name(const PciDevice* pci, const ListedGpu* gpu, const DeviceModel* model, const Sources& bus,
               const Sources& listed_by, DeviceFacts& facts) {
  if (gpu && !gpu->name.empty())
    facts.set(fact::device::name, gpu->name, listed_by);
  else if (const std::string lspci_name = pci ? pci->name : ""; model || !lspci_name.empty())
    facts.set(fact::device::name, name_of_device(model, lspci_name), bus);
  else
    facts.set(fact::device::name,
              Fact::unknown(gpu && !gpu->error.empty() ? gpu->error : "its id is not in the device table", bus));
}

/// Compute capability, architecture and generation: as the driver says, else as the table does.
void read_architecture(const PciDevice* pci, const ListedGpu* gpu, const DeviceModel* model, const DeviceTable& table,
                       const Sources& bus, const Sources& listed_by, DeviceFacts& facts) {
  std::string capability = gpu ? gpu->compute_capability : "";
  const bool by_table = capability.empty() && model;
  if (by_table) capability = capability_of(model->architecture);
  if (const auto version = Version::parse(capability)) {
    facts.set(fact::device::compute_capability, *version, by_table ? bus : listed_by);
    facts.set(fact::device::architecture, sm_of(capability), by_table ? bus : listed_by);
  } else {
    const bool has_name = gpu && !gpu->name.empty();
    const std::string name = has_name ? gpu->name : pci ? pci->name : "";
    set_target(possible_targets(table, name, gpu ? gpu->architecture : ""), has_name ? listed_by : bus, facts);
  }
  if (gpu && !gpu->architecture.empty())
    facts.set(fact::device::generation, gpu->architecture, listed_by);
  else if (model && !model->generation.empty())
    facts.set(fact::device::generation, model->generation, bus);
}

void read_bus(const PciDevice& pci, DeviceFacts& facts) {
  const Sources& bus = pci.sources;
  // Reads of a function that fell off the bus give all ones. The kernel keeps the revision that it read at first.
  if (!pci.revision.empty()) facts.set(fact::device::fallen_off, pci.reads_ones, bus);
  facts.set(fact::device::pci_vendor, pci.vendor, bus);
  facts.set(fact::device::kind, std::string("gpu"), bus);
  if (pci.driver)
    facts.set(fact::device::kernel_driver,
              pci.driver->empty() ? Fact::of_none("no driver is bound", bus) : Fact::of(*pci.driver, bus));
  if (pci.numa_node) facts.set(fact::device::numa_node, std::int64_t{*pci.numa_node}, bus);
  if (!pci.power_state.empty()) facts.set(fact::device::power_state, pci.power_state, bus);
}

/// What only the driver tells.
void read_listed(const ListedGpu& gpu, const Sources& listed_by, DeviceFacts& facts) {
  if (gpu.index) facts.set(fact::device::nvml_index, *gpu.index, listed_by);
  if (gpu.mig) facts.set(fact::device::mig, *gpu.mig, listed_by);
  if (gpu.ecc) facts.set(fact::device::ecc, *gpu.ecc, listed_by);
  if (!gpu.driver_model.empty()) facts.set(fact::device::driver_model, gpu.driver_model, listed_by);
  if (!gpu.compute_mode.empty()) facts.set(fact::device::compute_mode, lower(gpu.compute_mode), listed_by);
  if (gpu.uncorrected_errors) facts.set(fact::device::uncorrected_errors, *gpu.uncorrected_errors, listed_by);
  if (!gpu.error.empty()) facts.set(fact::device::error, gpu.error, listed_by);
  facts.set_all(gpu.more, listed_by);
  if (gpu.instances.empty() && gpu.mig != true) return;
  facts.set(fact::device::mig_instances, static_cast<std::int64_t>(gpu.instances.size()), listed_by);
  std::vector<std::string> profiles, sizes;
  for (const MigInstance& instance : gpu.instances) {
    profiles.push_back(instance.profile.empty() ? "unknown" : instance.profile);
    if (instance.memory_bytes) sizes.push_back(std::to_string(*instance.memory_bytes));
  }
  facts.set(fact::device::mig_profiles, profiles, listed_by);
  if (!sizes.empty()) facts.set(fact::device::mig_memory_bytes, sizes, listed_by);
}

}  // namespace

std::string capability_of(const std::string& sm) {
  if (!sm.starts_with("sm_") || sm.size() < 5) return "";
  return sm.substr(3, sm.size() - 4) + "." + sm.back();
}

Device read_cuda_device(const PciDevice* pci, const ListedGpu* gpu, const DeviceTable& table,
                        const std::vector<std::string>& listed_by) {
  Device device;
  DeviceFacts& facts = device.facts;
  const Sources bus = pci ? pci->sources : listed_by;
  const std::string id = pci && !pci->device.empty() ? pci->device : gpu ? gpu->pci_device : "";
  const DeviceModel* model = model_of(table, id, pci ? pci->name : "", gpu ? gpu->name : "");
  read_name(pci, gpu, model, bus, listed_by, facts);
  read_architecture(pci, gpu, model, table, bus, listed_by, facts);
  if (model && !model->chip.empty()) facts.set(fact::device::chip, model->chip, bus);
  if (model && model->integrated) facts.set(fact::device::integrated, *model->integrated, bus);
  const std::string address = pci ? pci->address : gpu ? gpu->pci_address : "";
  if (!address.empty()) facts.set(fact::device::pci_address, address, bus);
  if (!id.empty()) facts.set(fact::device::pci_device, id, bus);
  if (pci) read_bus(*pci, facts);
  facts.set(fact::device::memory_total_bytes,
            gpu && gpu->memory_bytes
                ? Fact::of(*gpu->memory_bytes, listed_by)
                : Fact::unknown(gpu ? "the driver does not tell" : "the driver was not asked", listed_by));
  if (gpu) read_listed(*gpu, listed_by, facts);
  return device;
}

void read_cuda_memory(const Evidence& evidence, Device& device) {
  DeviceFacts& facts = device.facts;
  const Fact total = facts.at(fact::device::memory_total_bytes);
  const std::int64_t* bytes = facts.get(fact::device::memory_total_bytes);
  if (const auto* instances = facts.get(fact::device::mig_memory_bytes)) {
    std::int64_t largest = 0;
    for (const std::string& instance : *instances) largest = std::max(largest, whole_number(instance).value_or(0));
    if (largest > 0)
      facts.set(fact::device::memory_usable_bytes, largest, facts.at(fact::device::mig_memory_bytes).sources);
    return;
  }
  if (const auto* count = facts.get(fact::device::mig_instances); count && *count > 0) {
    facts.set(fact::device::memory_usable_bytes,
              Fact::unknown("a process uses one MIG instance, and their memory was not reported",
                            facts.at(fact::device::mig_instances).sources));
    return;
  }
  if (const bool* integrated = facts.get(fact::device::integrated); integrated && *integrated) {
    const std::vector<std::string> source{"file:/proc/meminfo"};
    for (const std::string_view line : lines_of(evidence.text("/proc/meminfo")))
      if (const auto pair = key_value(line); pair)
        if (const auto size = size_bytes(pair->second)) {
          if (pair->first == "MemTotal" && !bytes) facts.set(fact::device::memory_total_bytes, *size, source);
          if (pair->first == "MemAvailable") facts.set(fact::device::memory_usable_bytes, *size, source);
        }
    return;
  }
  if (const std::int64_t* reserved = facts.get(fact::device::memory_reserved_bytes); bytes && reserved)
    if (*reserved >= 0 && *reserved <= *bytes)
      facts.set(fact::device::memory_usable_bytes, *bytes - *reserved, total.sources);
}

}  // namespace rigfit
