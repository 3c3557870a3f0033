#include <pugixml.hpp>

#include "fact_names/device.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/vgpu.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

std::string reported(const pugi::xml_node& node) {
  const std::string_view text = node.text().as_string();
  return says_nothing(text) ? "" : std::string(trimmed(text));
}

std::optional<bool> enabled(const pugi::xml_node& node) {
  const std::string text = reported(node);
  if (text == "Enabled") return true;
  if (text == "Disabled") return false;
  return std::nullopt;
}

// <gpu id="00000000:00:04.0"> <product_name>…</product_name> <mig_mode><current_mig>Enabled</current_mig></mig_mode> …
ListedGpu read_gpu(const pugi::xml_node& node) {
  ListedGpu gpu;
  gpu.pci_address = sysfs_address(node.attribute("id").as_string());
  gpu.name = reported(node.child("product_name"));
  gpu.architecture = reported(node.child("product_architecture"));
  gpu.compute_mode = reported(node.child("compute_mode"));
  gpu.driver_model = reported(node.child("driver_model").child("current_dm"));
  if (gpu.driver_model.empty()) gpu.driver_model = reported(node.child("driver_model").child("driver_model_current"));
  take_virtualization(gpu, reported(node.child("gpu_virtualization_mode").child("virtualization_mode")));
  pugi::xml_node licensed = node.child("vgpu_software_licensed_product");
  if (!licensed) licensed = node.child("grid_licensed_product");  // up to release 440
  take_license(gpu, reported(licensed.child("licensed_product_name")), reported(licensed.child("license_status")));
  gpu.mig = enabled(node.child("mig_mode").child("current_mig"));
  gpu.ecc = enabled(node.child("ecc_mode").child("current_ecc"));
  gpu.memory_bytes = size_bytes(reported(node.child("fb_memory_usage").child("total")));
  if (!gpu.memory_bytes) gpu.memory_bytes = size_bytes(reported(node.child("memory_usage").child("total")));
  std::string id = reported(node.child("pci").child("pci_device_id"));
  if (id.starts_with("0x") || id.starts_with("0X")) id.erase(0, 2);
  if (id.size() == 8) gpu.pci_device = lower(id.substr(0, 4));
  gpu.uuid = reported(node.child("uuid"));
  // The number of its device node, which is not its place in the list.
  if (const auto minor = whole_number(reported(node.child("minor_number"))))
    gpu.more.set(fact::device::minor, *minor, {});
  for (const pugi::xml_node& instance : node.child("mig_devices").children("mig_device"))
    gpu.instances.push_back({"", size_bytes(reported(instance.child("fb_memory_usage").child("total")))});
  return gpu;
}

}  // namespace

CudaInventory parse_nvidia_smi_xml(std::string_view text) {
  CudaInventory inventory;
  pugi::xml_document document;
  // A report that was cut still shows what came before: pugixml keeps what it read up to the error. It resolves no
  // entities of its own and loads no DTD.
  // Warnings may stand before it.
  if (const std::size_t start = text.find("<nvidia_smi_log"); start != text.npos) text.remove_prefix(start);
  document.load_buffer(text.data(), text.size());
  const pugi::xml_node log = document.child("nvidia_smi_log");
  for (const char* name : {"driver_version", "kmd_version"})
    if (inventory.driver_version.empty()) inventory.driver_version = reported(log.child(name));
  for (const char* name : {"cuda_version", "cuda_umd_version"})
    if (inventory.supported_version.empty()) inventory.supported_version = reported(log.child(name));
  // From release 610 on the old elements may carry a remark after the number.
  for (std::string* version : {&inventory.driver_version, &inventory.supported_version}) {
    *version = version->substr(0, version->find(' '));
    if (!version->empty() && (version->front() < '0' || version->front() > '9')) version->clear();
  }
  inventory.attached = whole_number(reported(log.child("attached_gpus")));
  for (const pugi::xml_node& gpu : log.children("gpu")) inventory.gpus.push_back(read_gpu(gpu));
  inventory.answered = !inventory.gpus.empty() || inventory.attached == 0;
  return inventory;
}

}  // namespace rigfit
