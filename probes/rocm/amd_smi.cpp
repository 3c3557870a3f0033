#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"
#include "probes/rocm/gfx.hpp"
#include "probes/rocm/tools.hpp"

namespace rigfit {

namespace {

using Json = nlohmann::json;

/// The member `key` of the member `section`; "N/A" may stand where a number or an object is expected.
const Json* member(const Json& gpu, const char* section, const char* key) {
  const auto part = gpu.find(section);
  if (part == gpu.end() || !part->is_object()) return nullptr;
  const auto it = part->find(key);
  return it == part->end() ? nullptr : &*it;
}

std::string text_of(const Json& gpu, const char* section, const char* key) {
  const Json* value = member(gpu, section, key);
  return value && value->is_string() ? printed_value(value->get_ref<const std::string&>()) : "";
}

std::optional<std::int64_t> number_of(const Json* value) {
  if (!value) return std::nullopt;
  if (value->is_string()) return whole_number(trimmed(value->get_ref<const std::string&>()));
  if (!value->is_number_integer() || (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX))
    return std::nullopt;
  return value->get<std::int64_t>();
}

/// {"value": 196592, "unit": "MB"}
std::optional<std::int64_t> size_of(const Json* size) {
  if (!size || !size->is_object() || !size->contains("value") || !size->contains("unit")) return std::nullopt;
  const auto number = number_of(&(*size)["value"]);
  if (!number || *number < 0 || !(*size)["unit"].is_string()) return std::nullopt;
  return size_bytes(fmt::format("{} {}", *number, (*size)["unit"].get_ref<const std::string&>()));
}

AmdGpu gpu_of(const Json& reported_gpu) {
  AmdGpu gpu;
  if (const auto index = reported_gpu.find("gpu"); index != reported_gpu.end()) gpu.index = number_of(&*index);
  gpu.name = text_of(reported_gpu, "asic", "market_name");
  gpu.device_id = printed_id(text_of(reported_gpu, "asic", "device_id"));
  gpu.gfx = gfx_of_tool(text_of(reported_gpu, "asic", "target_graphics_version"));
  gpu.compute_units = number_of(member(reported_gpu, "asic", "num_compute_units"));
  gpu.address = pci_address(text_of(reported_gpu, "bus", "bdf"));
  if (const auto bdf = reported_gpu.find("bdf"); gpu.address.empty() && bdf != reported_gpu.end() && bdf->is_string())
    gpu.address = pci_address(bdf->get_ref<const std::string&>());
  gpu.memory_bytes = size_of(member(reported_gpu, "vram", "size"));
  if (!gpu.memory_bytes)
    if (const auto mib = number_of(member(reported_gpu, "vram", "vram_size_mb")); mib && *mib < std::int64_t{1} << 40)
      gpu.memory_bytes = *mib << 20;
  gpu.driver = text_of(reported_gpu, "driver", "version");
  if (gpu.driver.empty()) gpu.driver = text_of(reported_gpu, "driver", "driver_version");  // up to ROCm 6.0
  gpu.compute_partition = text_of(reported_gpu, "partition", "compute_partition");
  gpu.memory_partition = text_of(reported_gpu, "partition", "memory_partition");
  return gpu;
}

}  // namespace

// WARNING: User is missing the following required groups: render, video. …
// {"gpu_data": [{"gpu": 0, "asic": {"market_name": "…", "device_id": "0x74a1", "target_graphics_version": "gfx942"},
//   "bus": {"bdf": "0000:05:00.0"}, "vram": {"size": {"value": 196592, "unit": "MB"}}, "driver": {"version": "…"}}]}
RocmTool parse_amd_smi_json(std::string_view text) {
  RocmTool tool;
  // Whoever is not in the groups reads so on stdout, before the document.
  std::size_t start = 0;
  while (start < text.size() && text[start] != '{' && text[start] != '[') {
    const std::size_t end = text.find('\n', start);
    if (contains(text.substr(start, end - start), "Drivers not loaded (amdgpu"))
      tool.module_loaded = false, tool.failure = "module_not_loaded", tool.message = text.substr(start, end - start);
    if (end == text.npos) return tool;
    start = end + 1;
  }
  const Json document = Json::parse(text.substr(std::min(start, text.size())), nullptr, false);
  const Json* gpus = &document;
  if (document.is_object() && document.contains("gpu_data")) gpus = &document["gpu_data"];
  if (!gpus->is_array()) return tool;
  for (const Json& one : *gpus) {
    if (!one.is_object() || !one.contains("gpu")) continue;
    tool.gpus.push_back(gpu_of(one));
    if (tool.driver_version.empty()) tool.driver_version = tool.gpus.back().driver;
  }
  return tool;
}

// GPU: 2
//     ASIC:
//         MARKET_NAME: Navi 33 [Radeon Pro W7500]
//         NUM_COMPUTE_UNITS: 28
//         TARGET_GRAPHICS_VERSION: gfx1102
RocmTool parse_amd_smi_text(std::string_view text) {
  if (contains(text, "| AMD-SMI")) return parse_amd_smi_table(text);
  RocmTool tool;
  if (contains(text, "Drivers not loaded (amdgpu"))
    tool.module_loaded = false, tool.failure = "module_not_loaded", tool.message = lines_of(text).front();
  std::string section;
  bool in_gpu = false;
  for (const std::string_view line : lines_of(text)) {
    const auto pair = key_value(trimmed(line));
    if (!pair) continue;
    const auto& [key, value] = *pair;
    const bool is_top = !line.empty() && line.front() != ' ';
    if (is_top) in_gpu = key == "GPU" && whole_number(value);
    if (is_top && in_gpu) tool.gpus.emplace_back().index = whole_number(value);
    if (is_top || !in_gpu) continue;
    if (value.empty()) {
      section = key;
      continue;
    }
    AmdGpu& gpu = tool.gpus.back();
    if (section == "ASIC" && key == "MARKET_NAME") gpu.name = printed_value(value);
    if (section == "ASIC" && key == "DEVICE_ID") gpu.device_id = printed_id(value);
    if (key == "NUM_COMPUTE_UNITS") gpu.compute_units = whole_number(value);
    if (key == "TARGET_GRAPHICS_VERSION") gpu.gfx = gfx_of_tool(printed_value(value));
    if (key == "BDF" && gpu.address.empty()) gpu.address = pci_address(value);
    if (section == "VRAM" && (key == "SIZE" || key == "VRAM_SIZE" || key == "TOTAL"))
      gpu.memory_bytes = size_bytes(value);
    if (key == "TOTAL_VRAM" && !gpu.memory_bytes) gpu.memory_bytes = size_bytes(value);  // of `amd-smi metric`
    if (const auto mib = leading_number(value); section == "VRAM" && key == "VRAM_SIZE_MB" && mib)
      gpu.memory_bytes = size_bytes(std::to_string(*mib) + " MB");
    if (section == "DRIVER" && (key == "VERSION" || key == "DRIVER_VERSION"))
      gpu.driver = printed_value(value), tool.driver_version = gpu.driver;
    if (key == "COMPUTE_PARTITION") gpu.compute_partition = printed_value(value);
    if (key == "MEMORY_PARTITION") gpu.memory_partition = printed_value(value);
  }
  return tool;
}

}  // namespace rigfit
