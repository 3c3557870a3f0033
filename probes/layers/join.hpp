#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rigfit {

/// What a row of a listing says of which device it is about. Empty: not reported.
struct RowKeys {
  std::string pci_address;            ///< as sysfs writes it
  std::string uuid;                   ///< recordings drop it unless the user wants it kept
  std::optional<std::int64_t> index;  ///< in the numbering of its listing
  std::string name;                   ///< compared within one vendor's tools; may end in "..." where it was cut
  std::string model_id;               ///< PCI device id, or code target: what two listings of one device agree on
  bool may_be_listed = true;          ///< false on the bus: its driver is not the one whose tools list devices
};

/// One listing of a machine's devices: the bus, a tool's output, a library's answer. Its rows are different devices,
/// but for those that tell the same address (parts of one device).
struct DeviceListing {
  std::vector<RowKeys> rows;
  /// Whose numbers `index` are: "nvml", "cuda", "kfd". Indices of unlike numberings do not compare; empty: none.
  std::string numbering;
  /// How many devices there are to list, where that is known: it was reported, or the listing is neither cut nor
  /// filtered.
  std::optional<std::size_t> length;
  bool is_authority = false;  ///< the whole bus: what it does not show is not there
};

/// Where the rows of several listings meet.
struct DeviceJoin {
  std::size_t devices = 0;
  std::vector<std::vector<std::optional<std::size_t>>> at;  ///< device of [listing][row]; empty: it cannot be placed
};

/// Joins the listings of one machine by PCI address, then UUID, then index within one numbering, then position among
/// listings of equal length, then a model of which there is one. An authority's rows are the devices, and no other
/// listing adds any; without one, a row adds a device only where it cannot be any of those known, and never beyond
/// `most`, the number that the driver reported. The order of the listings does not matter.
DeviceJoin join_listings(std::span<const DeviceListing> listings, std::optional<std::size_t> most = std::nullopt);

}  // namespace rigfit
