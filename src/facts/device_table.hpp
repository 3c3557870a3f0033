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
  std::string bus = "pci";  ///< pci, usb, tegra (the number of the chip, 0234 of tegra234), or chip: a code name
  std::string vendor;       ///< "10de"
  std::string device_first, device_last;  ///< equal for one id, else an inclusive range
  std::string platform;                   ///< id of platforms(); empty: known to be of none of them
  std::string kind;                       ///< gpu, tpu, npu, edge_tpu, nic, display, …
  std::string name;                       ///< as it is sold, else its generation with the code name
  std::string chip;                       ///< code name of the chip: "GA102", "Navi 31"
  std::string architecture;               ///< "sm_90", "gfx942", "v5e"; empty when the id does not tell
  std::string generation;                 ///< "Hopper", "CDNA 3"
  std::optional<bool> integrated;
  std::optional<bool> infinity_cache;        ///< AMD's cache in front of the memory, larger than any L2
  std::optional<std::int64_t> memory_bytes;  ///< per device as sold, when one id means one size
  std::string source;                        ///< where the row comes from
};

/// Where the rows are that have ids, so that one is found without a look at the others: there are thousands, and a
/// machine has a few dozen devices. Bytes for the machine on which they were made.
std::string index_of(const std::vector<DeviceModel>& rows);

using DeviceRows = std::vector<Lazy<DeviceModel>>;

/// Looks ids up; the narrowest range that holds the id wins.
class DeviceTable {
 public:
  DeviceTable() = default;
  explicit DeviceTable(std::vector<DeviceModel> rows);
  /// `rows` in their order, and the index_of() them, which has to outlive this.
  static DeviceTable of(Lazy<DeviceRows> rows, std::string_view index);

  /// Ids in any case, with or without 0x. Null when no row knows it.
  const DeviceModel* find(std::string_view vendor, std::string_view device, std::string_view bus = "pci") const;
  /// By the code name in what lspci prints: "NVIDIA Corporation GA102GL [RTX A5000]" has GA102. Null when none is in
  /// it.
  const DeviceModel* find_chip(std::string_view vendor, std::string_view text) const;
  /// By the longest product name that `text` contains; null where GPUs sold under that name differ in architecture.
  const DeviceModel* find_product(std::string_view vendor, std::string_view text) const;
  /// Every row converts to a DeviceModel.
  const DeviceRows& rows() const { return *rows_; }

 private:
  Lazy<DeviceRows> rows_;
  std::string own_index_;
  std::string_view index_of_others_;  ///< in place of the own one
};

/// The product's name in what lspci prints of a function: "GA102 [GeForce RTX 3090]" is a GeForce RTX 3090. Empty where
/// it prints none.
std::string product_in(std::string_view text);
/// What to call a device: the name of its own id, else what lspci prints, else what its range or chip is called.
std::string name_of_device(const DeviceModel* model, std::string_view lspci_name);

}  // namespace rigfit
