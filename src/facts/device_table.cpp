#include "facts/device_table.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>
#include <utility>

namespace rigfit {
namespace {

std::optional<std::uint32_t> parse_hex(std::string_view id) {
  if (id.starts_with("0x") || id.starts_with("0X")) id.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), value, 16);
  if (error != std::errc{} || end != id.data() + id.size()) return std::nullopt;
  return value;
}

constexpr std::string_view buses[] = {"pci", "usb", "tegra"};

/// Bus, vendor and device as one number; nothing for what has no such ids.
std::optional<std::uint64_t> id_of(std::string_view bus, std::string_view vendor, std::string_view device) {
  const auto known = std::find(std::begin(buses), std::end(buses), bus);
  const auto vendor_id = parse_hex(vendor), device_id = parse_hex(device);
  if (known == std::end(buses) || !vendor_id || !device_id || *vendor_id >> 24) return std::nullopt;
  return static_cast<std::uint64_t>(known - std::begin(buses)) << 56 | static_cast<std::uint64_t>(*vendor_id) << 32 |
         *device_id;
}

/// A row, and the ids it is for: `first` and `more` that follow.
struct Place {
  std::uint64_t first = 0;
  std::uint32_t more = 0, row = 0;
};

/// Rows for one id each are most of them. Those of a bus and a vendor lie together in the order of their ids, which
/// leaves sixteen bits for the device.
struct Single {
  std::uint16_t device = 0, row = 0;
};
struct Group {
  std::uint32_t of = 0, end = 0;  ///< the upper half of its ids, and the number of singles up to its last
};

template <class T>
T element(std::string_view bytes, std::size_t n) {
  T one;
  std::memcpy(&one, bytes.data() + n * sizeof one, sizeof one);
  return one;
}

/// What index_of() wrote: how many groups and singles there are, those, and then the places.
class Index {
 public:
  explicit Index(std::string_view bytes) {
    if (bytes.size() < 2 * sizeof(std::uint32_t)) return;
    const std::size_t groups = element<std::uint32_t>(bytes, 0), singles = element<std::uint32_t>(bytes, 1);
    bytes.remove_prefix(2 * sizeof(std::uint32_t));
    if (bytes.size() < groups * sizeof(Group) + singles * sizeof(Single)) return;
    groups_ = bytes.substr(0, groups * sizeof(Group));
    singles_ = bytes.substr(groups_.size(), singles * sizeof(Single));
    places_ = bytes.substr(groups_.size() + singles_.size());
  }

  /// The row of the id itself, else of the narrowest range around it; of several alike the first one.
  std::optional<std::size_t> find(std::uint64_t id) const {
    if (const auto row = find_single(id)) return row;
    std::optional<Place> best;
    for (std::size_t n = 0; n < places_.size() / sizeof(Place); ++n)
      if (const auto one = element<Place>(places_, n);
          one.first <= id && id - one.first <= one.more && (!best || one.more < best->more))
        best = one;
    return best ? std::optional<std::size_t>(best->row) : std::nullopt;
  }

 private:
  std::optional<std::size_t> find_single(std::uint64_t id) const {
    std::size_t from = 0;
    for (std::size_t n = 0; n < groups_.size() / sizeof(Group); ++n) {
      const auto group = element<Group>(groups_, n);
      if (group.of != id >> 32) {
        from = group.end;
        continue;
      }
      for (std::size_t to = group.end; from < to;)
        if (const std::size_t middle = (from + to) / 2; element<Single>(singles_, middle).device < (id & 0xFFFFFFFF))
          from = middle + 1;
        else
          to = middle;
      if (from == group.end) return std::nullopt;
      const auto one = element<Single>(singles_, from);
      return one.device == (id & 0xFFFFFFFF) ? std::optional<std::size_t>(one.row) : std::nullopt;
    }
    return std::nullopt;
  }

  std::string_view groups_, singles_, places_;
};

/// As it lies in memory.
template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

std::string index_of(const std::vector<DeviceModel>& rows) {
  std::vector<Place> singles, places;
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const auto first = id_of(rows[n].bus, rows[n].vendor, rows[n].device_first),
               last = id_of(rows[n].bus, rows[n].vendor, rows[n].device_last);
    if (!first || !last || *last < *first) continue;
    const bool is_single = *first == *last && (*first & 0xFFFFFFFF) <= 0xFFFF && n <= 0xFFFF;
    (is_single ? singles : places)
        .push_back({*first, static_cast<std::uint32_t>(*last - *first), static_cast<std::uint32_t>(n)});
  }
  std::stable_sort(singles.begin(), singles.end(), [](const Place& a, const Place& b) { return a.first < b.first; });
  std::vector<Group> groups;
  for (std::size_t n = 0; n < singles.size(); ++n) {
    const auto of = static_cast<std::uint32_t>(singles[n].first >> 32);
    if (groups.empty() || groups.back().of != of) groups.push_back({of});
    groups.back().end = static_cast<std::uint32_t>(n + 1);
  }
  std::string bytes;
  append(bytes, static_cast<std::uint32_t>(groups.size()));
  append(bytes, static_cast<std::uint32_t>(singles.size()));
  for (const Group& group : groups) append(bytes, group);
  for (const Place& one : singles)
    append(bytes, Single{static_cast<std::uint16_t>(one.first), static_cast<std::uint16_t>(one.row)});
  for (const Place& place : places) append(bytes, place);
  return bytes;
}

DeviceTable::DeviceTable(std::vector<DeviceModel> rows) : own_index_(index_of(rows)) {
  DeviceRows lazy;
  lazy.reserve(rows.size());
  for (DeviceModel& row : rows) lazy.emplace_back(std::move(row));
  rows_ = Lazy<DeviceRows>(std::move(lazy));
}

DeviceTable DeviceTable::of(Lazy<DeviceRows> rows, std::string_view index) {
  DeviceTable table;
  table.rows_ = std::move(rows);
  table.index_of_others_ = index;
  return table;
}

const DeviceModel* DeviceTable::find(std::string_view vendor, std::string_view device, std::string_view bus) const {
  const auto id = id_of(bus, vendor, device);
  if (!id) return nullptr;
  const auto row = Index(index_of_others_.empty() ? own_index_ : index_of_others_).find(*id);
  return row ? &*(*rows_)[*row] : nullptr;
}

namespace {

bool is_part_of_a_name(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }
bool is_letter_or_digit(char c) { return is_part_of_a_name(c) || (c >= 'A' && c <= 'Z'); }

/// Whether the word begins in `text` and ends there: letters may follow in upper case (GA102GL), no digit.
bool names_chip(std::string_view text, std::string_view code) {
  for (std::size_t at = text.find(code); at != text.npos; at = text.find(code, at + 1)) {
    const std::size_t end = at + code.size();
    if (at > 0 && is_letter_or_digit(text[at - 1])) continue;
    if (end == text.size() || !is_part_of_a_name(text[end])) return true;
  }
  return false;
}

/// "NVIDIA A100-SXM4-80GB" and "A100 SXM4 80GB" are spelled alike: lower case, and spaces for hyphens.
std::string spelled_alike(std::string_view name) {
  std::string text(name);
  for (char& c : text)
    if (c == '-')
      c = ' ';
    else if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool contains_words(std::string_view text, std::string_view words) {
  for (std::size_t at = text.find(words); at != text.npos; at = text.find(words, at + 1)) {
    const std::size_t end = at + words.size();
    if ((at == 0 || !is_letter_or_digit(text[at - 1])) && (end == text.size() || !is_letter_or_digit(text[end])))
      return true;
  }
  return false;
}

}  // namespace

const DeviceModel* DeviceTable::find_chip(std::string_view vendor, std::string_view text) const {
  const DeviceModel* best = nullptr;
  if (text.empty()) return nullptr;
  for (const DeviceModel& row : rows_)
    if (row.bus == "chip" && row.vendor == vendor && names_chip(text, row.chip) &&
        (!best || row.chip.size() > best->chip.size()))
      best = &row;
  return best;
}

const DeviceModel* DeviceTable::find_product(std::string_view vendor, std::string_view text) const {
  const DeviceModel* best = nullptr;
  bool is_ambiguous = false;
  if (text.empty()) return nullptr;
  const std::string alike = spelled_alike(text);
  for (const DeviceModel& row : rows_) {
    if (row.vendor != vendor || row.bus != "pci" || row.device_first != row.device_last) continue;
    if ((best && row.name.size() < best->name.size()) || !contains_words(alike, spelled_alike(row.name))) continue;
    const bool is_same = best && row.name.size() == best->name.size();
    is_ambiguous = is_same && (is_ambiguous || row.architecture != best->architecture);
    if (!is_same) best = &row;
  }
  return is_ambiguous ? nullptr : best;
}

std::string product_in(std::string_view text) {
  const std::size_t open = text.find('['), close = text.rfind(']');
  // "Advanced Micro Devices, Inc. [AMD/ATI] Navi 31 [Radeon RX 7900 XT]": the vendor has brackets too.
  const std::size_t last = text.rfind('[');
  if (open == text.npos || close == text.npos || close != text.size() - 1 || last > close) return "";
  const std::string_view inside = text.substr(last + 1, close - last - 1);
  return inside == "AMD/ATI" || inside == "AMD" ? "" : std::string(inside);
}

std::string name_of_device(const DeviceModel* model, std::string_view lspci_name) {
  if (model && model->bus != "chip" && model->device_first == model->device_last) return model->name;
  if (std::string product = product_in(lspci_name); !product.empty()) return product;
  if (model) return model->name;
  return std::string(lspci_name);
}

}  // namespace rigfit
