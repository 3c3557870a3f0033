#include "probes/parse/csv.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"
#include "probes/rocm/gfx.hpp"
#include "probes/rocm/tools.hpp"

namespace rigfit {
namespace {

/// The first of these columns that tells something.
std::string cell_of(const CsvRow& row, std::initializer_list<std::string_view> columns) {
  for (const std::string_view column : columns)
    if (const std::string_view cell = row.at(column); !cell.empty())
      if (std::string value = printed_value(cell); !value.empty()) return value;
  return "";
}

/// "196592", in MB, "196592 MB", or "{'value': 196592, 'unit': 'MB'}"
std::optional<std::int64_t> size_in(std::string_view cell) {
  const std::size_t digit = cell.find_first_of("0123456789");
  const auto number = digit == cell.npos ? std::nullopt : leading_number(cell.substr(digit));
  if (!number || *number >= std::int64_t{1} << 40) return std::nullopt;
  return *number << (contains(cell, "GB") ? 30 : 20);
}

}  // namespace

// device,VRAM Total Memory (B),Card Series,Card Model,GFX Version
// card0,206141652992,AMD Instinct MI300X,0x74a1,gfx942
RocmTool parse_rocm_smi_csv(std::string_view text) {
  RocmTool tool;
  for (const CsvRow& row : csv_rows(text, "device")) {
    const std::string_view device = row.at("device");
    const auto index = whole_number(device.starts_with("card") ? device.substr(4) : device);
    if (device == "system") tool.driver_version = cell_of(row, {"driver version"});
    if (!index) continue;
    AmdGpu& gpu = tool.gpus.emplace_back();
    gpu.index = index;
    gpu.device_id = printed_id(cell_of(row, {"device id", "gpu id"}));
    take_card_model(gpu, cell_of(row, {"card model"}));
    take_card_series(gpu, cell_of(row, {"card series"}));
    if (gpu.name.empty()) gpu.name = cell_of(row, {"device name"});
    gpu.gfx = gfx_of_tool(cell_of(row, {"gfx version"}));
    gpu.address = pci_address(cell_of(row, {"pci bus"}));
    gpu.compute_partition = cell_of(row, {"compute partition"});
    gpu.memory_partition = cell_of(row, {"memory partition"});
    gpu.memory_bytes = whole_number(cell_of(row, {"vram total memory (b)"}));
    gpu.visible_bytes = whole_number(cell_of(row, {"vis_vram total memory (b)"}));
    gpu.gtt_bytes = whole_number(cell_of(row, {"gtt total memory (b)"}));
  }
  return tool;
}

// gpu,market_name,vendor_id,device_id,num_compute_units,target_graphics_version
// 0,AMD Instinct MI300X,0x1002,0x74a1,304,gfx942
RocmTool parse_amd_smi_csv(std::string_view text) {
  RocmTool tool;
  for (const CsvRow& row : csv_rows(text, "gpu")) {
    const auto index = whole_number(row.at("gpu"));
    if (!index) continue;
    // A virtual function has a row of its own beside its GPU's, with the same number.
    if (!tool.gpus.empty() && tool.gpus.back().index == index) continue;
    AmdGpu& gpu = tool.gpus.emplace_back();
    gpu.index = index;
    gpu.name = cell_of(row, {"market_name"});
    gpu.device_id = printed_id(cell_of(row, {"device_id"}));
    gpu.gfx = gfx_of_tool(cell_of(row, {"target_graphics_version"}));
    gpu.compute_units = whole_number(cell_of(row, {"num_compute_units"}));
    gpu.address = pci_address(cell_of(row, {"bdf", "gpu_bdf"}));
    gpu.memory_bytes = size_in(cell_of(row, {"vram_size", "vram_size_mb", "total_vram", "vram_total", "size"}));
    gpu.driver = cell_of(row, {"driver_version"});
    gpu.compute_partition = cell_of(row, {"compute_partition"});
    gpu.memory_partition = cell_of(row, {"memory_partition"});
    if (tool.driver_version.empty()) tool.driver_version = gpu.driver;
  }
  return tool;
}

}  // namespace rigfit
