#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"
#include "probes/rocm/tools.hpp"

namespace rigfit {

// | AMD-SMI 26.2.2+e1a6bc5663    amdgpu version: 6.16.13  ROCm version: 7.2.1    |
// | BDF                        GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |
// | GPU  HIP-ID  OAM-ID  Partition-Mode | GFX-Uti    Fan               Mem-Usage |
// | 0000:c5:00.0    AMD Instinct MI325X | 1 %      50 °C   0           144/1000 W |
// |   0       0       2        SPX/NPS1 | 0 %        N/A           285/262128 MB |
// https://rocm.docs.amd.com/projects/amdsmi/en/latest/how-to/amdsmi-cli-tool.html
RocmTool parse_amd_smi_table(std::string_view text) {
  RocmTool tool;
  bool expects_second_row = false;
  for (const std::string_view line : lines_of(text)) {
    constexpr std::string_view label = "amdgpu version:";  // since ROCm 7.14 in a row of its own, "amdgpu Version:"
    if (const std::size_t at = lower(line).find(label); at != line.npos)
      if (const auto words = words_of(line.substr(at + label.size())); !words.empty())
        // "Linuxver": the module of the kernel itself, which has no version of its own.
        if (words[0][0] >= '0' && words[0][0] <= '9') tool.driver_version = words[0];
    const auto cells = split(line, '|');
    if (contains(line, "Processes:")) break;
    if (cells.size() < 4) continue;
    const auto left = words_of(cells[1]), right = words_of(cells[2]);
    if (left.empty()) continue;
    if (split(left[0], ':').size() == 3 && contains(left[0], ".")) {
      AmdGpu& gpu = tool.gpus.emplace_back();
      gpu.address = pci_address(left[0]);
      const std::string name = printed_value(cells[1].substr(left[0].size()));
      // Where the library has no name it prints the device's id; where the column is too narrow, the end of the name.
      if (name.starts_with("0x"))
        gpu.device_id = printed_id(name);
      else if (!name.starts_with("..."))
        gpu.name = name;
      expects_second_row = true;
    } else if (expects_second_row && whole_number(left[0])) {
      expects_second_row = false;
      AmdGpu& gpu = tool.gpus.back();
      gpu.index = whole_number(left[0]);
      if (const auto modes = split(left.back(), '/'); modes.size() == 2 && !says_nothing(left.back()))
        gpu.compute_partition = modes[0], gpu.memory_partition = modes[1];
      if (right.size() > 1)
        if (const std::string_view usage = right[right.size() - 2]; contains(usage, "/"))
          gpu.memory_bytes =
              size_bytes(std::string(usage.substr(usage.find('/') + 1)) + " " + std::string(right.back()));
    }
  }
  return tool;
}

}  // namespace rigfit
