#include <nlohmann/json.hpp>

#include "evidence/strict_json.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/parse/json_fields.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

void read_more(const Json& device, DeviceFacts& facts) {
  const Taker own(device, facts);
  own.count("index", fact::device::nvml_index);
  own.count("minor", fact::device::minor);
  own.count("memory_free_bytes", fact::device::memory_free_bytes);
  own.count("memory_reserved_bytes", fact::device::memory_reserved_bytes);
  own.count("memory_numa_node", fact::device::memory_numa_node);
  own.count("compute_processes", fact::device::compute_processes);
  own.flag("persistence_mode", fact::device::persistence);
  own.count("power_limit_milliwatt", fact::device::power_limit_watts, 1000);
  own.count("power_limit_default_milliwatt", fact::device::power_limit_default_watts, 1000);
  own.flag("retired_pages_pending", fact::device::page_retirement_pending);
  own.word("virtualization", fact::device::virtualization);
  // The answer came from a process that computes nothing, so whoever computes is another.
  if (const auto processes = json_integer(device, "compute_processes"))
    facts.set(fact::device::exclusive_in_use,
              json_text(device, "compute_mode") == "exclusive_process" && *processes > 0, {});
  const auto within = [&](const char* key, auto&& take) {
    if (const Json* object = json_member(device, key)) take(Taker(*object, facts));
  };
  within("mig", [](const auto& mig) { mig.flag("pending", fact::device::mig_after_reset); });
  within("ecc", [](const auto& ecc) { ecc.flag("pending", fact::device::ecc_after_reset); });
  within("remapped_rows", [](const auto& rows) {
    rows.count("uncorrectable", fact::device::remapped_rows);
    rows.flag("pending", fact::device::row_remap_pending);
    rows.flag("failure", fact::device::row_remap_failed);
  });
  within("pcie", [](const auto& pcie) {
    pcie.count("generation", fact::device::pcie_generation);
    pcie.count("generation_most", fact::device::pcie_generation_most);
    pcie.count("width", fact::device::pcie_width);
    pcie.count("width_most", fact::device::pcie_width_most);
  });
  within("nvlink", [](const auto& nvlink) {
    nvlink.count("links", fact::device::nvlinks);
    nvlink.count("active", fact::device::nvlinks_active);
  });
  within("fabric", [](const auto& fabric) {
    fabric.word("state", fact::device::fabric_state);
    fabric.count("status", fact::device::fabric_status);
    fabric.word("health", fact::device::fabric_health);
  });
  within("vgpu_license", [&](const auto& license) {
    license.word("product", fact::device::vgpu_product);
    if (const auto licensed = json_flag(license.object(), "licensed"))
      facts.set(fact::device::license_status, std::string(*licensed ? "licensed" : "unlicensed"), {});
  });
}

/// The error that says that the device as a whole is in trouble. That one value could not be reported does not.
void read_error(const Json& device, ListedGpu& gpu) {
  const Json* errors = json_member(device, "errors");
  if (!errors || !errors->is_object()) return;
  const Json* codes = json_member(device, "error_codes");
  constexpr std::int64_t lost = 15, reset_required = 16;
  const auto take = [&](const std::string& key) {
    if (!gpu.error.empty()) return;
    gpu.error = json_text(*errors, key.c_str());
    if (const auto code = codes ? json_integer(*codes, key.c_str()) : std::nullopt; code && !gpu.error.empty())
      gpu.more.set(fact::device::error_code, *code, {});
  };
  for (const char* key : {"handle", "name", "pci", "memory", "compute_capability"}) take(key);
  for (const auto& [key, value] : errors->items())
    if (const auto code = codes ? json_integer(*codes, key.c_str()) : std::nullopt)
      if (*code == lost || *code == reset_required) take(key);
}

ListedGpu read_gpu(const Json& device) {
  ListedGpu gpu;
  gpu.index = json_integer(device, "index");
  gpu.name = json_text(device, "name");
  gpu.pci_address = sysfs_address(json_text(device, "pci_address"));
  gpu.compute_capability = json_text(device, "compute_capability");
  gpu.compute_mode = json_text(device, "compute_mode");
  gpu.memory_bytes = json_integer(device, "memory_total_bytes");
  if (const Json* mig = json_member(device, "mig")) {
    gpu.mig = json_flag(*mig, "current");
    if (const Json* instances = json_member(*mig, "devices"); instances && instances->is_array())
      for (const Json& instance : *instances)
        gpu.instances.push_back({json_text(instance, "name"), json_integer(instance, "memory_total_bytes")});
  }
  if (const Json* ecc = json_member(device, "ecc")) {
    gpu.ecc = json_flag(*ecc, "current");
    gpu.uncorrected_errors = json_integer(*ecc, "uncorrected_volatile");
  }
  read_error(device, gpu);
  read_more(device, gpu.more);
  return gpu;
}

}  // namespace

CudaInventory parse_nvml(std::string_view json) {
  CudaInventory inventory;
  const Json answer = parse_tool_json(json);
  if (!answer.is_object()) {
    inventory.failure = "garbage";
    inventory.failure_text = "NVML's answer is no JSON document";
    return inventory;
  }
  inventory.driver_version = json_text(answer, "driver_version");
  inventory.supported_version = json_text(answer, "cuda_version");
  inventory.attached = json_integer(answer, "device_count");
  Taker(answer, inventory.more).word("nvml_version", fact::cuda::nvml_version);
  if (const Json* asleep = json_member(answer, "asleep"); asleep && asleep->is_array()) {
    std::vector<std::string> addresses;
    for (const Json& address : *asleep)
      if (address.is_string()) addresses.push_back(address.get<std::string>());
    if (!addresses.empty()) inventory.more.set(fact::cuda::asleep, std::move(addresses), {});
  }
  if (const Json* devices = json_member(answer, "devices"); devices && devices->is_array())
    for (const Json& device : *devices) inventory.gpus.push_back(read_gpu(device));
  if (const Json* error = json_member(answer, "error")) {
    inventory.failure_text = json_text(*error, "text");
    Taker(*error, inventory.more).count("code", fact::cuda::management_code);
    inventory.failure = failure_in(inventory.failure_text);
    if (inventory.failure.empty())
      inventory.failure = json_integer(*error, "code") == 999 ? "unknown_error" : "init_failed";
  }
  inventory.answered = inventory.failure.empty() && inventory.attached.has_value();
  return inventory;
}

}  // namespace rigfit
