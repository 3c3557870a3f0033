#include "probes/xpu/told.hpp"

#include <nlohmann/json.hpp>

#include "probes/text/text.hpp"

namespace rigfit {
namespace {

std::string text(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

std::optional<std::int64_t> number(const nlohmann::json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end()) return std::nullopt;
  if (it->is_number_integer()) return it->get<std::int64_t>();
  return it->is_string() ? whole_number(it->get_ref<const std::string&>()) : std::nullopt;
}

const nlohmann::json& array(const nlohmann::json& object, const char* key) {
  static const nlohmann::json none = nlohmann::json::array();
  if (!object.is_object()) return none;
  const auto it = object.find(key);
  return it != object.end() && it->is_array() ? *it : none;
}

}  // namespace

// xpu-smi discovery -j: {"device_list": [{"device_id": 0, "device_name": "…", "pci_bdf_address": "0000:4d:00.0",
// "pci_device_id": "0x20a"}]}; without a device, device_list is the text "No device discovered".
// clinfo --json: {"devices": [{"online": [{"CL_DEVICE_NAME": "…", "CL_DEVICE_GLOBAL_MEM_SIZE": …,
// "CL_DRIVER_VERSION": "…"}]}]}
std::vector<ToldGpu> parse_intel_json(std::string_view json) {
  std::vector<ToldGpu> all;
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  for (const auto& one : array(document, "device_list")) {
    if (!one.is_object()) continue;
    ToldGpu gpu;
    gpu.name = text(one, "device_name");
    gpu.address = lower(text(one, "pci_bdf_address"));
    gpu.pci_device = text(one, "pci_device_id");
    gpu.driver_version = text(one, "driver_version");
    gpu.memory_bytes = number(one, "memory_physical_size_byte");
    gpu.execution_units = number(one, "number_of_eus");
    all.push_back(std::move(gpu));
  }
  for (const auto& platform : array(document, "devices"))
    for (const auto& one : array(platform, "online")) {
      if (!one.is_object() || !contains(text(one, "CL_DEVICE_NAME"), "Intel")) continue;
      ToldGpu gpu;
      gpu.name = text(one, "CL_DEVICE_NAME");
      gpu.address = lower(text(one, "CL_DEVICE_PCI_BUS_INFO_KHR"));
      if (gpu.address.starts_with("pci-e, ")) gpu.address.erase(0, 7);
      gpu.driver_version = text(one, "CL_DRIVER_VERSION");
      gpu.memory_bytes = number(one, "CL_DEVICE_GLOBAL_MEM_SIZE");
      all.push_back(std::move(gpu));
    }
  return all;
}

// | 0         | Device Name: Intel(R) Graphics [0x020a]                        |
// |           | PCI BDF Address: 0000:4d:00.0                                  |
std::vector<ToldGpu> parse_discovery_table(std::string_view table) {
  std::vector<ToldGpu> all;
  for (const std::string_view line : lines_of(table))
    for (const std::string_view cell : split(line, '|')) {
      const auto pair = key_value(cell);
      if (!pair) continue;
      const auto& [key, value] = *pair;
      if (key == "Device Name") all.emplace_back().name = value;
      if (all.empty()) continue;
      if (key == "PCI BDF Address") all.back().address = lower(value);
      if (key == "Driver Version" && !says_nothing(value)) all.back().driver_version = value;
      if (key == "Memory Physical Size") all.back().memory_bytes = size_bytes(value);
      if (key == "Number of EUs") all.back().execution_units = whole_number(value);
    }
  return all;
}

std::optional<LevelZero> parse_level_zero(std::string_view json) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  LevelZero told;
  told.library = text(document, "library");
  told.lists_devices = document.contains("devices");
  if (const auto error = document.find("error"); error != document.end() && error->is_object()) {
    told.error_call = text(*error, "call");
    told.error_code = number(*error, "code").value_or(0);
    told.error_text = text(*error, "text");
  }
  for (const auto& one : array(document, "devices")) {
    if (!one.is_object() || number(one, "vendor_id") != 0x8086 || text(one, "type") != "gpu") continue;
    ToldGpu gpu;
    gpu.name = text(one, "name");
    gpu.address = lower(text(one, "pci_address"));
    gpu.pci_device = text(one, "pci_device");
    gpu.driver_version = text(one, "driver_version");
    gpu.memory_bytes = number(one, "memory_total_bytes");
    gpu.ip_version = text(one, "ip_version");
    if (const auto flag = one.find("integrated"); flag != one.end() && flag->is_boolean())
      gpu.integrated = flag->get<bool>();
    told.gpus.push_back(std::move(gpu));
  }
  return told;
}

}  // namespace rigfit
