#include "probes/xpu/tools.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "probes/parse/csv.hpp"
#include "probes/parse/json_fields.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"

namespace rigfit {
namespace {

/// A number, or the text of one.
std::optional<std::int64_t> number(const nlohmann::json& object, const char* key) {
  const auto reported = json_integer(object, key);
  return reported ? reported : whole_number(json_text(object, key));
}

const nlohmann::json& array(const nlohmann::json& object, const char* key) {
  static const nlohmann::json none = nlohmann::json::array();
  const auto* value = json_member(object, key);
  return value && value->is_array() ? *value : none;
}

/// "0x20a" → "020a"
std::string id_of(std::string_view hex) {
  const auto id = whole_number(hex, 16);
  return id && *id > 0 && *id <= 0xffff ? fmt::format("{:04x}", *id) : "";
}

/// Intel's OpenCL lists CPUs and emulated FPGAs, too. "CL_DEVICE_TYPE": {"raw": 4, "type": ["CL_DEVICE_TYPE_GPU"]}
bool is_opencl_gpu(const nlohmann::json& device) {
  const auto type = device.find("CL_DEVICE_TYPE");
  const bool is_intel = contains(json_text(device, "CL_DEVICE_NAME"), "Intel") ||
                        contains(json_text(device, "CL_DEVICE_VENDOR"), "Intel");
  return is_intel && (type == device.end() || contains(type->dump(), "CL_DEVICE_TYPE_GPU"));
}

IntelGpu xpu_smi_gpu(const nlohmann::json& device) {
  IntelGpu gpu;
  gpu.index = number(device, "device_id");
  gpu.name = json_text(device, "device_name");
  gpu.address = pci_address(json_text(device, "pci_bdf_address"));
  gpu.pci_device = id_of(json_text(device, "pci_device_id"));
  if (const std::string version = json_text(device, "driver_version"); !says_nothing(version))
    gpu.driver_version = version;
  gpu.memory_bytes = number(device, "memory_physical_size_byte");
  gpu.execution_units = number(device, "number_of_eus");
  return gpu;
}

/// One value, by the label that all of xpu-smi's texts give it.
void take(std::string_view key, std::string_view value, IntelGpu& gpu) {
  if (says_nothing(value)) return;
  if (key == "Device ID") gpu.index = whole_number(value);
  if (key == "Device Name") gpu.name = value;
  if (key == "PCI BDF Address") gpu.address = pci_address(value);
  if (key == "PCI Device ID") gpu.pci_device = id_of(value);
  if (key == "Driver Version") gpu.driver_version = value;
  if (key == "Memory Physical Size") gpu.memory_bytes = size_bytes(value);
  if (key == "Number of EUs") gpu.execution_units = whole_number(value);
}

/// Release 2 lists in nvidia-smi's manner. The first row of a device:
// |   0  Intel(R) Arc(TM) B580   Off             | 0000:03:00.0      Off      |               Disabled |
// | N/A    25C  66W / 380W                       | 239MiB / 12216MiB          |      0%        Default |
std::optional<IntelGpu> summary_row(const std::vector<std::string_view>& cells) {
  if (cells.size() < 5) return std::nullopt;
  const auto left = words_of(cells[1]), middle = words_of(cells[2]);
  if (left.size() < 2 || middle.empty() || !whole_number(left[0]) || split(middle[0], ':').size() != 3)
    return std::nullopt;
  IntelGpu gpu;
  gpu.index = whole_number(left[0]);
  gpu.address = pci_address(middle[0]);
  std::string_view name = trimmed(cells[1].substr(cells[1].find(left[0]) + left[0].size()));
  for (const std::string_view mode : {" Off", " On", " N/A"})
    if (name.ends_with(mode)) name = trimmed(name.substr(0, name.size() - mode.size()));
  if (!says_nothing(name) && !name.ends_with("...")) gpu.name = name;
  return gpu;
}

// | 0         | Device Name: Intel(R) Graphics [0x020a]                        |
// |           | PCI BDF Address: 0000:4d:00.0                                  |
std::vector<IntelGpu> parse_table(std::string_view table) {
  std::vector<IntelGpu> all;
  bool expects_memory = false;
  for (const std::string_view line : lines_of(table)) {
    const auto cells = split(line, '|');
    if (auto row = summary_row(cells)) {
      all.push_back(std::move(*row));
      expects_memory = true;
      continue;
    }
    if (expects_memory) {
      if (const std::size_t slash = cells.size() > 2 ? cells[2].find('/') : line.npos; slash != line.npos)
        all.back().memory_bytes = size_bytes(cells[2].substr(slash + 1));
      expects_memory = false;
      continue;
    }
    // A number in the first column begins a device, whichever of its values comes first.
    if (const auto index = cells.size() > 2 ? whole_number(cells[1]) : std::nullopt) all.emplace_back().index = index;
    for (const std::string_view cell : cells)
      if (const auto pair = key_value(cell); pair && !all.empty()) take(pair->first, pair->second, all.back());
  }
  return all;
}

// Device ID,Device Name,Vendor Name,PCI BDF Address,Memory Physical Size
// 0,"Intel(R) Graphics [0x56c1]","Intel(R) Corporation","0000:4d:00.0","5068.00 MiB"
std::vector<IntelGpu> parse_csv(std::string_view csv) {
  std::vector<IntelGpu> all;
  std::vector<std::string> header;
  for (const std::string_view line : lines_of(csv)) {
    std::vector<std::string> cells = csv_cells(line);
    if (header.empty() && std::find(cells.begin(), cells.end(), "Device Name") != cells.end()) {
      header = std::move(cells);
    } else if (!header.empty() && cells.size() == header.size()) {
      all.emplace_back();
      for (std::size_t n = 0; n < cells.size(); ++n) take(header[n], cells[n], all.back());
    }
  }
  return all;
}

}  // namespace

// xpu-smi discovery -j: {"device_list": [{"device_id": 0, "device_name": "…", "pci_bdf_address": "0000:4d:00.0",
// "pci_device_id": "0x20a"}]}; with -d 0 one such object that tells more; without a device, device_list is the text
// "No device discovered". clinfo --json: {"devices": [{"online": [{"CL_DEVICE_NAME": "…",
// "CL_DEVICE_GLOBAL_MEM_SIZE": …, "CL_DRIVER_VERSION": "…"}]}]}
std::vector<IntelGpu> parse_intel_json(std::string_view json) {
  std::vector<IntelGpu> all;
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (document.is_object() && document.contains("device_name")) all.push_back(xpu_smi_gpu(document));
  for (const auto& one : array(document, "device_list"))
    if (one.is_object()) all.push_back(xpu_smi_gpu(one));
  for (const auto& platform : array(document, "devices"))
    for (const auto& one : array(platform, "online")) {
      if (!one.is_object() || !is_opencl_gpu(one)) continue;
      IntelGpu gpu;
      gpu.name = json_text(one, "CL_DEVICE_NAME");
      gpu.address = lower(json_text(one, "CL_DEVICE_PCI_BUS_INFO_KHR"));
      if (gpu.address.starts_with("pci-e, ")) gpu.address.erase(0, 7);
      gpu.driver_version = json_text(one, "CL_DRIVER_VERSION");
      gpu.memory_bytes = number(one, "CL_DEVICE_GLOBAL_MEM_SIZE");
      all.push_back(std::move(gpu));
    }
  return all;
}

std::vector<IntelGpu> parse_discovery(std::string_view text) {
  if (trimmed(text).starts_with('{')) return parse_intel_json(text);
  return contains(text, "|") ? parse_table(text) : parse_csv(text);
}

std::optional<LevelZero> parse_level_zero(std::string_view json) {
  const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  LevelZero reported;
  reported.library = json_text(document, "library");
  reported.lists_devices = document.contains("devices");
  if (const auto* error = json_member(document, "error"); error && error->is_object()) {
    reported.error_call = json_text(*error, "call");
    reported.error_code = number(*error, "code").value_or(0);
    reported.error_text = json_text(*error, "text");
  }
  for (const auto& one : array(document, "devices")) {
    if (!one.is_object() || number(one, "vendor_id") != 0x8086 || json_text(one, "type") != "gpu") continue;
    IntelGpu gpu;
    gpu.name = json_text(one, "name");
    gpu.address = lower(json_text(one, "pci_address"));
    gpu.pci_device = id_of(json_text(one, "pci_device"));
    gpu.driver_version = json_text(one, "driver_version");
    gpu.memory_bytes = number(one, "memory_total_bytes");
    gpu.ip_version = json_text(one, "ip_version");
    gpu.integrated = json_flag(one, "integrated");
    reported.gpus.push_back(std::move(gpu));
  }
  return reported;
}

}  // namespace rigfit
