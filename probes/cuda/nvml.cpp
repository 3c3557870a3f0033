#include <nlohmann/json.hpp>

#include "probes/cuda/inventory.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

const Json* member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::string text(const Json& object, const char* key) {
  const Json* value = member(object, key);
  return value && value->is_string() ? value->get<std::string>() : "";
}

std::optional<std::int64_t> number(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (!value || !value->is_number_integer() || (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX))
    return std::nullopt;
  return value->get<std::int64_t>();
}

std::optional<bool> truth(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (!value || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

ListedGpu read_gpu(const Json& device) {
  ListedGpu gpu;
  gpu.index = number(device, "index");
  gpu.name = text(device, "name");
  gpu.pci_address = sysfs_address(text(device, "pci_address"));
  gpu.compute_capability = text(device, "compute_capability");
  gpu.compute_mode = text(device, "compute_mode");
  gpu.memory_bytes = number(device, "memory_total_bytes");
  if (const Json* mig = member(device, "mig")) {
    gpu.mig = truth(*mig, "current");
    if (const Json* instances = member(*mig, "devices"); instances && instances->is_array())
      for (const Json& instance : *instances)
        gpu.instances.push_back({text(instance, "name"), number(instance, "memory_total_bytes")});
  }
  if (const Json* ecc = member(device, "ecc")) {
    gpu.ecc = truth(*ecc, "current");
    gpu.uncorrected_errors = number(*ecc, "uncorrected_volatile");
  }
  if (const Json* errors = member(device, "errors"); errors && errors->is_object() && !errors->empty())
    gpu.error = errors->begin()->is_string() ? errors->begin()->get<std::string>() : "error";
  return gpu;
}

}  // namespace

CudaInventory parse_nvml(std::string_view json) {
  CudaInventory inventory;
  const Json answer = Json::parse(json, nullptr, false);
  if (!answer.is_object()) {
    inventory.failure = "garbage";
    inventory.failure_text = "NVML's answer is no JSON document";
    return inventory;
  }
  inventory.driver_version = text(answer, "driver_version");
  inventory.supported_version = text(answer, "cuda_version");
  inventory.attached = number(answer, "device_count");
  if (const Json* devices = member(answer, "devices"); devices && devices->is_array())
    for (const Json& device : *devices) inventory.gpus.push_back(read_gpu(device));
  if (const Json* error = member(answer, "error")) {
    inventory.failure_text = text(*error, "text");
    inventory.failure = failure_in(inventory.failure_text);
    if (inventory.failure.empty()) inventory.failure = number(*error, "code") == 999 ? "unknown_error" : "init_failed";
  }
  inventory.answered = inventory.failure.empty() && inventory.attached.has_value();
  return inventory;
}

}  // namespace rigfit
