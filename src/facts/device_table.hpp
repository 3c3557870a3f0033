#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/lazy.hpp"

namespace rigfit {

/// One row of rules/devices/*.json: what a PCI (or USB) id is. Ids are lower-case hex without 0x.
struct DeviceModel {
  std::string bus = "pci";                ///< pci, usb, or tegra: the number of the chip, 0234 of tegra234
  std::string vendor;                     ///< "10de"
  std::string device_first, device_last;  ///< equal for one id, else an inclusive range
  std::string platform;                   ///< id of platforms(); empty: known to be of none of them
  std::string kind;                       ///< gpu, tpu, npu, edge_tpu, nic, display, …
  std::string name;                       ///< marketing or code name
  std::string architecture;               ///< "sm_90", "gfx942", "v5e"; empty when the id does not tell
  std::string generation;                 ///< "Hopper", "CDNA 3"
  std::optional<bool> integrated;
  std::optional<bool> infinity_cache;        ///< AMD's cache in front of the memory, larger than any L2
  std::optional<std::int64_t> memory_bytes;  ///< per device as sold, when one id means one size
  std::string source;                        ///< where the row comes from
};

/// Looks ids up; the narrowest range that holds the id wins.
class DeviceTable {
 public:
  DeviceTable() = default;
  explicit DeviceTable(std::vector<DeviceModel> rows) : rows_(std::move(rows)) {}
  static DeviceTable of(Lazy<std::vector<DeviceModel>> rows);

  /// Ids in any case, with or without 0x. Null when no row knows it.
  const DeviceModel* find(std::string_view vendor, std::string_view device, std::string_view bus = "pci") const;
  const std::vector<DeviceModel>& rows() const { return *rows_; }

 private:
  Lazy<std::vector<DeviceModel>> rows_;
};

}  // namespace rigfit
