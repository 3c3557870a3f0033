#include "probes/layers/join.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace rigfit {
namespace {

constexpr std::string_view cut_mark = "...";

/// "NVIDIA GeForce RTX 309..." may be "NVIDIA GeForce RTX 3090"; drivers before 450 leave the vendor out.
bool may_be_same_name(std::string_view a, std::string_view b) {
  constexpr std::string_view vendor = "NVIDIA ";
  for (std::string_view* name : {&a, &b})
    if (name->starts_with(vendor)) name->remove_prefix(vendor.size());
  if (a == b || a.empty() || b.empty()) return true;
  const bool is_a_cut = a.ends_with(cut_mark), is_b_cut = b.ends_with(cut_mark);
  if (is_a_cut) a.remove_suffix(cut_mark.size());
  if (is_b_cut) b.remove_suffix(cut_mark.size());
  return (is_a_cut && b.starts_with(a)) || (is_b_cut && a.starts_with(b));
}

bool differ(const std::string& a, const std::string& b) { return !a.empty() && !b.empty() && a != b; }

/// What is known of a device from the rows that were placed.
struct Known {
  RowKeys keys;
  std::map<std::string, std::int64_t> indices;  ///< by numbering

  void learn(const RowKeys& row, const std::string& numbering) {
    for (std::string RowKeys::*text : {&RowKeys::pci_address, &RowKeys::uuid, &RowKeys::model_id})
      if ((keys.*text).empty()) keys.*text = row.*text;
    if (keys.name.empty() || (keys.name.ends_with(cut_mark) && !row.name.empty())) keys.name = row.name;
    if (row.index && !numbering.empty()) indices.emplace(numbering, *row.index);
  }
  std::optional<std::int64_t> index_in(const std::string& numbering) const {
    const auto found = indices.find(numbering);
    return found == indices.end() ? std::nullopt : std::optional(found->second);
  }
};

/// How much a listing tells: its rows, then their addresses, UUIDs and indices.
auto rank_of(const DeviceListing& listing) {
  const auto telling = [&](auto key) { return std::count_if(listing.rows.begin(), listing.rows.end(), key); };
  return std::tuple(listing.rows.size(), telling([](const RowKeys& row) { return !row.pci_address.empty(); }),
                    telling([](const RowKeys& row) { return !row.uuid.empty(); }),
                    telling([](const RowKeys& row) { return row.index.has_value(); }));
}

/// What decides where two tell as much, so that the order in which they come does not.
bool is_before(const DeviceListing& a, const DeviceListing& b) {
  if (rank_of(a) != rank_of(b)) return rank_of(a) > rank_of(b);
  if (a.numbering != b.numbering) return a.numbering < b.numbering;
  if (a.length != b.length) return b.length < a.length;
  return std::lexicographical_compare(
      a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), [](const RowKeys& one, const RowKeys& other) {
        return std::tie(one.pci_address, one.uuid, one.index, one.name, one.model_id) <
               std::tie(other.pci_address, other.uuid, other.index, other.name, other.model_id);
      });
}

class Joiner {
 public:
  Joiner(std::span<const DeviceListing> listings, std::optional<std::size_t> most)
      : listings_(listings.begin(), listings.end()), most_(most) {
    for (DeviceListing& listing : listings_) {
      drop_worthless_uuids(listing);
      join_.at.emplace_back(listing.rows.size());
    }
  }

  DeviceJoin run() {
    start();
    // What one row tells of a device may be what places another.
    while (place_by_identity() || place_by_position() || place_alone() || place_by_model() || add_devices()) {
    }
    join_.devices = known_.size();
    return std::move(join_);
  }

 private:
  /// Recordings may hold the same made-up UUID for all.
  static void drop_worthless_uuids(DeviceListing& listing) {
    std::map<std::string, std::set<std::string>> rows;
    std::map<std::string, std::size_t> count;
    for (const RowKeys& row : listing.rows) rows[row.uuid].insert(row.pci_address), ++count[row.uuid];
    for (RowKeys& row : listing.rows)
      if (count[row.uuid] > 1 && (rows[row.uuid].size() > 1 || rows[row.uuid].count(""))) row.uuid.clear();
    for (RowKeys& row : listing.rows)
      if (row.uuid.find_first_not_of("GPU-0") == std::string::npos) row.uuid.clear();
  }

  void place(std::size_t listing, std::size_t row, std::size_t device) {
    join_.at[listing][row] = device;
    known_[device].learn(listings_[listing].rows[row], listings_[listing].numbering);
  }

  void add(std::size_t listing, std::size_t row) {
    known_.emplace_back();
    known_.back().keys.may_be_listed = listings_[listing].rows[row].may_be_listed;
    place(listing, row, known_.size() - 1);
  }

  /// All devices of one listing, those of one address once.
  void add_all(std::size_t listing) {
    for (std::size_t row = 0; row < listings_[listing].rows.size(); ++row)
      if (!device_at(listings_[listing].rows[row].pci_address)) add(listing, row);
  }

  std::optional<std::size_t> device_at(const std::string& address) const {
    if (address.empty()) return std::nullopt;
    for (std::size_t n = 0; n < known_.size(); ++n)
      if (known_[n].keys.pci_address == address) return n;
    return std::nullopt;
  }

  /// The devices that are certain: the authority's, else every address that is reported, or the longest listing where
  /// that has more rows.
  void start() {
    std::map<std::string, std::pair<std::size_t, std::size_t>> addresses;
    std::size_t longest = 0;
    for (std::size_t n = 0; n < listings_.size(); ++n) {
      is_closed_ = is_closed_ || (listings_[n].is_authority && !listings_[n].rows.empty());
      for (std::size_t row = 0; row < listings_[n].rows.size(); ++row)
        if (const std::string& address = listings_[n].rows[row].pci_address; !address.empty())
          addresses.emplace(address, std::pair(n, row));
      if (rank_of(listings_[longest]) < rank_of(listings_[n])) longest = n;
    }
    if (is_closed_) {
      for (std::size_t n = 0; n < listings_.size(); ++n)
        if (listings_[n].is_authority) add_all(n);
    } else if (!listings_.empty() && distinct(listings_[longest]) > addresses.size()) {
      add_all(longest);
    } else {
      for (const auto& [address, row] : addresses) add(row.first, row.second);
    }
  }

  static std::size_t distinct(const DeviceListing& listing) {
    std::set<std::string> addresses;
    std::size_t count = 0;
    for (const RowKeys& row : listing.rows)
      count += row.pci_address.empty() || addresses.insert(row.pci_address).second;
    return count;
  }

  template <class Act>
  bool for_each_unplaced(const Act& act) {
    bool any = false;
    for (std::size_t listing = 0; listing < listings_.size(); ++listing)
      for (std::size_t row = 0; row < listings_[listing].rows.size(); ++row)
        if (!join_.at[listing][row] && act(listing, row)) any = true;
    return any;
  }

  /// Whether a row of `listing` already is this device.
  bool has_row_of(std::size_t device, std::size_t listing) const {
    const auto& at = join_.at[listing];
    return std::find(at.begin(), at.end(), std::optional(device)) != at.end();
  }

  /// Whether a row is surely another device than this one.
  bool is_other(std::size_t listing, const RowKeys& row, std::size_t device) const {
    const RowKeys& keys = known_[device].keys;
    if (!row.pci_address.empty() && row.pci_address == keys.pci_address) return false;
    const auto index = known_[device].index_in(listings_[listing].numbering);
    return differ(row.pci_address, keys.pci_address) || differ(row.uuid, keys.uuid) ||
           (index && row.index && *index != *row.index) || has_row_of(device, listing);
  }

  /// The same, and by what two tools might call differently.
  bool contradicts(std::size_t listing, const RowKeys& row, std::size_t device) const {
    const RowKeys& keys = known_[device].keys;
    return is_other(listing, row, device) || differ(row.model_id, keys.model_id) ||
           !may_be_same_name(row.name, keys.name);
  }

  bool place_by_identity() {
    return for_each_unplaced([&](std::size_t listing, std::size_t row) {
      const RowKeys& keys = listings_[listing].rows[row];
      auto device = device_at(keys.pci_address);
      for (std::size_t n = 0; n < known_.size() && !device; ++n)
        if (!keys.uuid.empty() && keys.uuid == known_[n].keys.uuid &&
            !differ(keys.pci_address, known_[n].keys.pci_address))
          device = n;
      for (std::size_t n = 0; n < known_.size() && !device; ++n)
        if (keys.index && known_[n].index_in(listings_[listing].numbering) == keys.index &&
            !contradicts(listing, keys, n))
          device = n;
      if (device) place(listing, row, *device);
      return device.has_value();
    });
  }

  std::vector<std::size_t> listable() const {
    std::vector<std::size_t> devices;
    for (std::size_t n = 0; n < known_.size(); ++n)
      if (known_[n].keys.may_be_listed) devices.push_back(n);
    return devices;
  }

  /// The n-th of as many: by its own number where rows have one from 0 on, else by its place.
  bool place_by_position() {
    const std::vector<std::size_t> devices = listable();
    for (std::size_t n = 0; n < listings_.size(); ++n) {
      const DeviceListing& listing = listings_[n];
      if (listing.length != devices.size() || listing.rows.size() > devices.size()) continue;
      std::vector<std::size_t> mapped;
      bool fits = true, is_any_new = false;
      for (std::size_t row = 0; row < listing.rows.size() && fits; ++row) {
        const std::int64_t position = listing.rows[row].index.value_or(static_cast<std::int64_t>(row));
        fits = position >= 0 && static_cast<std::size_t>(position) < devices.size();
        if (!fits) break;
        mapped.push_back(devices[static_cast<std::size_t>(position)]);
        const auto& at = join_.at[n][row];
        is_any_new = is_any_new || !at;
        fits = at ? *at == mapped.back() : !contradicts(n, listing.rows[row], mapped.back());
      }
      if (!fits || !is_any_new || std::set(mapped.begin(), mapped.end()).size() != mapped.size()) continue;
      for (std::size_t row = 0; row < listing.rows.size(); ++row)
        if (!join_.at[n][row]) place(n, row, mapped[row]);
      return true;
    }
    return false;
  }

  /// One row is left of a listing that names every device, and one device that none of its rows is.
  bool place_alone() {
    for (std::size_t n = 0; n < listings_.size(); ++n) {
      if (listings_[n].length != listable().size()) continue;
      std::vector<std::size_t> rows, devices;
      for (std::size_t row = 0; row < listings_[n].rows.size(); ++row)
        if (!join_.at[n][row]) rows.push_back(row);
      for (const std::size_t device : listable())
        if (!has_row_of(device, n)) devices.push_back(device);
      if (rows.size() != 1 || devices.size() != 1 || contradicts(n, listings_[n].rows[rows[0]], devices[0])) continue;
      place(n, rows[0], devices[0]);
      return true;
    }
    return false;
  }

  static bool is_comparable(const RowKeys& a, const RowKeys& b) {
    return (!a.model_id.empty() && !b.model_id.empty()) || (!a.name.empty() && !b.name.empty());
  }
  static bool is_alike(const RowKeys& a, const RowKeys& b) {
    return is_comparable(a, b) && !differ(a.model_id, b.model_id) && may_be_same_name(a.name, b.name);
  }

  /// Whether no device is left to be found.
  bool is_whole() const {
    return is_closed_ || (most_ && known_.size() >= *most_) ||
           std::any_of(listings_.begin(), listings_.end(),
                       [&](const DeviceListing& listing) { return listing.length == known_.size(); });
  }

  /// The only row and the only device of a model, where every device is known.
  bool place_by_model() {
    if (!is_whole()) return false;
    return for_each_unplaced([&](std::size_t listing, std::size_t row) {
      const auto& rows = listings_[listing].rows;
      const RowKeys& keys = rows[row];
      if (std::count_if(rows.begin(), rows.end(), [&](const RowKeys& one) { return is_alike(one, keys); }) != 1)
        return false;
      std::optional<std::size_t> only;
      for (std::size_t n = 0; n < known_.size(); ++n) {
        if (!is_comparable(known_[n].keys, keys)) return false;
        if (!is_alike(known_[n].keys, keys)) continue;
        if (only) return false;
        only = n;
      }
      if (!only || contradicts(listing, keys, *only)) return false;
      place(listing, row, *only);
      return true;
    });
  }

  bool add_devices() {
    if (is_closed_) return false;
    return for_each_unplaced([&](std::size_t listing, std::size_t row) {
      if (most_ && known_.size() >= *most_) return false;
      for (std::size_t n = 0; n < known_.size(); ++n)
        if (!is_other(listing, listings_[listing].rows[row], n)) return false;
      add(listing, row);
      return true;
    });
  }

  std::vector<DeviceListing> listings_;
  std::optional<std::size_t> most_;
  std::vector<Known> known_;
  bool is_closed_ = false;
  DeviceJoin join_;
};

}  // namespace

DeviceJoin join_listings(std::span<const DeviceListing> listings, std::optional<std::size_t> most) {
  std::vector<std::size_t> order(listings.size());
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = n;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return is_before(listings[a], listings[b]); });
  std::vector<DeviceListing> sorted;
  for (const std::size_t n : order) sorted.push_back(listings[n]);
  const DeviceJoin join = Joiner(sorted, most).run();
  DeviceJoin unsorted{join.devices, std::vector<std::vector<std::optional<std::size_t>>>(listings.size())};
  for (std::size_t n = 0; n < order.size(); ++n) unsorted.at[order[n]] = join.at[n];
  return unsorted;
}

}  // namespace rigfit
