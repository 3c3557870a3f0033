#include "probes/npu/npu_smi.hpp"

#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"

namespace rigfit {
namespace {

struct Usage {
  std::int64_t used = 0, total = 0;  ///< MiB
};

// "0           0    / 0          59356/ 65536": the last pair is of the HBM, on chips that have some.
std::optional<Usage> memory_in(std::string_view cell) {
  std::optional<Usage> found;
  const auto parts = split(cell, '/');
  for (std::size_t n = 0; n + 1 < parts.size(); ++n) {
    const auto before = words_of(parts[n]), after = words_of(parts[n + 1]);
    if (before.empty() || after.empty()) continue;
    const auto used = whole_number(before.back()), total = whole_number(after.front());
    if (used && total && *used >= 0 && *total > 0 && *used <= *total && *total < std::int64_t{1} << 40)
      found = Usage{*used, *total};
  }
  return found;
}

}  // namespace

// | npu-smi 24.1.0                   Version: 24.1.0                                               |
// | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
// | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
// | 0     910B1               | OK            | 89.1        32                0    / 0             |
// | 0                         | 0000:C1:00.0  | 0           0    / 0          3437 / 65536         |
AscendListing parse_npu_smi(std::string_view text) {
  AscendListing listing;
  std::string name;
  for (const std::string_view line : lines_of(text)) {
    const auto cells = split(line, '|');
    if (cells.size() == 3 && cells[1].starts_with("npu-smi "))
      if (const std::size_t at = cells[1].find("Version:"); at != cells[1].npos)
        listing.driver_version = trimmed(cells[1].substr(at + 8));
    if (cells.size() != 5) continue;  // processes have more columns
    const auto left = words_of(cells[1]);
    if (left.empty() || !whole_number(left[0])) continue;
    if (split(cells[2], ':').size() != 3) {
      // "910B1", and "Ascend910" of chips that come in pairs.
      const std::string_view chip = left.size() > 1 ? left[1] : "";
      name = chip.empty() ? "" : (chip.starts_with("Ascend") ? "" : "Ascend ") + std::string(chip);
      continue;
    }
    ListedDevice device{name, pci_address(cells[2])};
    if (const auto memory = memory_in(cells[3])) {
      device.memory_bytes = memory->total << 20;
      device.free_bytes = (memory->total - memory->used) << 20;
    }
    listing.devices.push_back(std::move(device));
  }
  return listing;
}

}  // namespace rigfit
