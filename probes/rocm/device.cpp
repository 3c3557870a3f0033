#include "probes/rocm/device.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "facts/product_names.hpp"
#include "probes/parse/text.hpp"
#include "probes/rocm/gfx.hpp"
#include "probes/rocm/tools.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

std::string folder_of(const std::string& address) { return "/sys/bus/pci/devices/" + address + "/"; }

/// What every row with this architecture agrees on: a GPU whose id is new is still known by its target.
const DeviceModel* model_by_architecture(const DeviceTable& table, std::string_view gfx) {
  const DeviceModel* found = nullptr;
  if (gfx.empty()) return nullptr;
  for (const DeviceModel& row : table.rows()) {
    if (row.vendor != "1002" || row.architecture != gfx) continue;
    if (found && (found->integrated != row.integrated || found->generation != row.generation)) return nullptr;
    found = &row;
  }
  return found;
}

/// A card's memory is its own. A GPU in the processor takes from the larger of two pools of the host's memory: the
/// firmware's carve-out, and what the driver may map (GTT).
/// https://rocm.docs.amd.com/en/docs-7.14.0/reference/system-optimization/rdna3-5.html
void read_memory(const AmdGpu& gpu, const DeviceModel* model, const std::vector<std::string>& sources,
                 DeviceFacts& facts) {
  // Where there is no driver to tell it, the id may: the size as sold.
  if (gpu.memory_bytes)
    facts.set(fact::device::memory_total_bytes, *gpu.memory_bytes, sources);
  else if (model && model->memory_bytes && facts.at(fact::device::kernel_driver).none)
    facts.set(fact::device::memory_total_bytes, *model->memory_bytes, sources);
  else
    facts.set(fact::device::memory_total_bytes, Fact::unknown("no source tells it", sources));
  std::vector<std::string> own = sources;
  if (!gpu.address.empty())
    for (const char* name : {"mem_info_vram_total", "mem_info_gtt_total"})
      own.push_back(key_of(Kind::file, folder_of(gpu.address) + name));
  const bool* integrated = facts.get(fact::device::integrated);
  if (!gpu.memory_bytes || !integrated) {
    facts.set(
        fact::device::memory_usable_bytes,
        Fact::unknown(gpu.memory_bytes ? "whether it shares the host's memory is not known" : "no source tells it",
                      sources));
  } else if (!*integrated) {
    facts.set(fact::device::memory_usable_bytes, *gpu.memory_bytes, own);
    facts.set(fact::device::memory_pool, std::string("own"), own);
  } else if (gpu.gtt_bytes) {
    const bool gtt = *gpu.gtt_bytes > *gpu.memory_bytes;
    facts.set(fact::device::memory_usable_bytes, gtt ? *gpu.gtt_bytes : *gpu.memory_bytes, own);
    facts.set(fact::device::memory_pool, std::string(gtt ? "gtt" : "carve_out"), own);
  } else {
    facts.set(fact::device::memory_usable_bytes,
              Fact::unknown("how much of the host's memory it may map was not recorded", own));
  }
}

}  // namespace

Requests rocm_device_look(const std::string& address, bool partitions) {
  Requests requests;
  const std::string folder = folder_of(address);
  for (const char* name :
       {"mem_info_vram_total", "mem_info_vis_vram_total", "mem_info_gtt_total", "product_name", "iommu_group/type"})
    requests.push_back(file(folder + name, 256));
  if (partitions)
    for (const char* name : {"current_compute_partition", "current_memory_partition"})
      requests.push_back(file(folder + name, 256));
  requests.push_back(list(folder + "drm"));
  return requests;
}

void add_from_sysfs(const Evidence& evidence, AmdGpu& gpu) {
  if (gpu.address.empty()) return;
  const std::string folder = folder_of(gpu.address);
  const auto number = [&](const char* name) { return whole_number(trimmed(evidence.text(folder + name))); };
  if (!gpu.memory_bytes) gpu.memory_bytes = number("mem_info_vram_total");
  if (!gpu.visible_bytes) gpu.visible_bytes = number("mem_info_vis_vram_total");
  if (!gpu.gtt_bytes) gpu.gtt_bytes = number("mem_info_gtt_total");
  if (gpu.compute_partition.empty())
    gpu.compute_partition = trimmed(evidence.text(folder + "current_compute_partition"));
  if (gpu.memory_partition.empty()) gpu.memory_partition = trimmed(evidence.text(folder + "current_memory_partition"));
  if (gpu.name.empty()) gpu.name = trimmed(evidence.text(folder + "product_name"));
  for (const std::string& name : evidence.list(folder + "drm").names)
    if (name.starts_with("renderD") && !gpu.render_minor) gpu.render_minor = whole_number(name.substr(7));
}

std::vector<AmdGpu> read_drm_cards(const Evidence& evidence) {
  std::vector<AmdGpu> gpus;
  for (const std::string& path : evidence.expand("/sys/class/drm/card*/device/vendor")) {
    if (trimmed(evidence.text(path)) != "0x1002") continue;
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    AmdGpu gpu;
    gpu.device_id = printed_id(evidence.text(folder + "device"));
    gpu.memory_bytes = whole_number(trimmed(evidence.text(folder + "mem_info_vram_total")));
    gpu.visible_bytes = whole_number(trimmed(evidence.text(folder + "mem_info_vis_vram_total")));
    gpu.gtt_bytes = whole_number(trimmed(evidence.text(folder + "mem_info_gtt_total")));
    for (const std::string_view line : lines_of(evidence.text(folder + "uevent")))
      if (line.starts_with("PCI_SLOT_NAME=")) gpu.address = lower(line.substr(14));
    gpus.push_back(std::move(gpu));
  }
  return gpus;
}

Device make_rocm_device(const Evidence& evidence, const AmdGpu& gpu, const PciDevice* pci, const DeviceTable& table,
                        const std::vector<std::string>& sources) {
  Device device;
  DeviceFacts& facts = device.facts;
  std::string id = !gpu.device_id.empty() ? gpu.device_id : pci ? pci->device : "";
  if (id.empty() && table.find("1002", gpu.model_id)) id = gpu.model_id;
  const std::string lspci_name = pci ? pci->name : "";
  const DeviceModel* model = id.empty() ? nullptr : table.find("1002", id);
  if (!model) model = table.find_chip("1002", lspci_name);
  const std::string name = !gpu.name.empty() ? gpu.name : name_of_device(model, lspci_name);
  facts.set(fact::device::name,
            name.empty() ? Fact::unknown("its id is not in the device table", sources) : Fact::of(name, sources));
  std::string gfx = !gpu.gfx.empty() ? gpu.gfx : model ? model->architecture : "";
  const std::vector<std::string> possible =
      gfx.empty() && !model ? architectures_of_product(table, "1002", name) : std::vector<std::string>{};
  if (possible.size() == 1) gfx = possible.front();
  std::vector<std::string> gfx_source = gpu.gfx.empty() && pci ? pci->sources : sources;
  if (!gpu.gfx.empty() && gpu.in_kfd && gpu.node)
    gfx_source = {fmt::format("file:/sys/class/kfd/kfd/topology/nodes/{}/properties", *gpu.node)};
  facts.set(fact::device::architecture,
            !gfx.empty() ? Fact::of(gfx, gfx_source)
            : possible.empty()
                ? Fact::unknown("neither KFD nor the device table tells", sources)
                : Fact::one_of(possible, "its name fits several GPUs: " + join(possible, " or "), sources));
  const DeviceModel* kin = model ? model : model_by_architecture(table, gfx);
  if (model && !model->chip.empty()) facts.set(fact::device::chip, model->chip, sources);
  if (kin && !kin->generation.empty()) facts.set(fact::device::generation, kin->generation, sources);
  if (kin && kin->integrated) facts.set(fact::device::integrated, *kin->integrated, sources);
  if (kin && kin->infinity_cache) facts.set(fact::device::infinity_cache, *kin->infinity_cache, sources);
  facts.set(fact::device::kind, std::string("gpu"), sources);
  facts.set(fact::device::pci_vendor, std::string("1002"), sources);
  if (!id.empty()) facts.set(fact::device::pci_device, id, sources);
  const std::string address = !gpu.address.empty() ? gpu.address : pci ? pci->address : "";
  if (!address.empty()) facts.set(fact::device::pci_address, address, sources);
  if (pci && pci->driver)
    facts.set(fact::device::kernel_driver, pci->driver->empty() ? Fact::of_none("no driver is bound", pci->sources)
                                                                : Fact::of(*pci->driver, pci->sources));
  if (pci && pci->numa_node) facts.set(fact::device::numa_node, std::int64_t{*pci->numa_node}, pci->sources);
  if (pci && !pci->power_state.empty()) facts.set(fact::device::power_state, pci->power_state, pci->sources);
  read_memory(gpu, model, sources, facts);
  for (const auto& [key, number] : {std::pair{fact::device::compute_units, gpu.compute_units},
                                    {fact::device::render_minor, gpu.render_minor},
                                    {fact::device::gtt_bytes, gpu.gtt_bytes},
                                    {fact::device::visible_vram_bytes, gpu.visible_bytes},
                                    {fact::device::node, gpu.node},
                                    {fact::device::dies, gpu.dies}})
    if (number) facts.set(key, *number, sources);
  if (!gpu.compute_partition.empty()) facts.set(fact::device::compute_partition, gpu.compute_partition, sources);
  if (!gpu.memory_partition.empty()) facts.set(fact::device::memory_partition, gpu.memory_partition, sources);
  if (gpu.pcie_atomics) facts.set(fact::device::pcie_atomics, *gpu.pcie_atomics, sources);
  const std::string iommu = folder_of(address) + "iommu_group/type";
  if (const std::string type(address.empty() ? "" : trimmed(evidence.text(iommu))); !type.empty())
    facts.set(fact::device::iommu_type, type, {key_of(Kind::file, iommu)});
  return device;
}

void read_override(const Evidence& evidence, Device& device) {
  std::string variable = "HSA_OVERRIDE_GFX_VERSION";
  if (const auto* node = device.facts.get(fact::device::node)) {
    const std::string own = fmt::format("{}_{}", variable, *node);
    if (evidence.env(own).found()) variable = own;
  }
  const Answer& answer = evidence.env(variable);
  if (!answer.found()) return;
  const std::vector<std::string> source{key_of(Kind::env, variable)};
  const std::string target = gfx_of_override(trimmed(answer.text));
  device.facts.set(fact::device::override_variable, variable, source);
  device.facts.set(fact::device::override_target,
                   target.empty() ? Fact::unknown("the value is no version a.b.c", source) : Fact::of(target, source));
  const std::string* gfx = device.facts.get(fact::device::architecture);
  if (target.empty())
    device.facts.set(fact::device::override_fit, std::string("invalid"), source);
  else if (!gfx || gfx->size() < 5)
    device.facts.set(fact::device::override_fit, Fact::unknown("its own target is not known", source));
  else  // targets of one family differ in the last digit, the stepping
    device.facts.set(fact::device::override_fit,
                     std::string(*gfx == target                                                           ? "same"
                                 : gfx->substr(0, gfx->size() - 1) == target.substr(0, target.size() - 1) ? "family"
                                                                                                          : "other"),
                     source);
}

}  // namespace rigfit
