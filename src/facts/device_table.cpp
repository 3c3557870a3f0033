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

/// What index_of() wrote: how many places there are for one id each, those in order, and then the ranges.
class Index {
 public:
  explicit Index(std::string_view bytes) : bytes_(bytes) {
    if (bytes.size() < sizeof singles_) return;
    std::memcpy(&singles_, bytes.data(), sizeof singles_);
    places_ = (bytes.size() - sizeof singles_) / sizeof(Place);
  }

  /// The row of the id itself, else of the narrowest range around it; of several alike the first one.
  std::optional<std::size_t> find(std::uint64_t id) const {
    std::uint64_t from = 0;
    for (std::uint64_t to = singles_; from < to;)
      if (const std::uint64_t middle = (from + to) / 2; place(middle).first < id)
        from = middle + 1;
      else
        to = middle;
    if (from < singles_ && place(from).first == id) return place(from).row;
    std::optional<Place> best;
    for (std::uint64_t n = singles_; n < places_; ++n)
      if (const Place one = place(n); one.first <= id && id - one.first <= one.more && (!best || one.more < best->more))
        best = one;
    return best ? std::optional<std::size_t>(best->row) : std::nullopt;
  }

 private:
  Place place(std::uint64_t n) const {
    Place one;
    std::memcpy(&one, bytes_.data() + sizeof singles_ + n * sizeof one, sizeof one);
    return one;
  }

  std::string_view bytes_;
  std::uint64_t singles_ = 0, places_ = 0;
};

/// As it lies in memory.
template <class T>
void append(std::string& bytes, const T& value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

std::string index_of(const std::vector<DeviceModel>& rows) {
  std::vector<Place> singles, ranges;
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const auto first = id_of(rows[n].bus, rows[n].vendor, rows[n].device_first),
               last = id_of(rows[n].bus, rows[n].vendor, rows[n].device_last);
    if (!first || !last || *last < *first) continue;
    (*first == *last ? singles : ranges)
        .push_back({*first, static_cast<std::uint32_t>(*last - *first), static_cast<std::uint32_t>(n)});
  }
  std::stable_sort(singles.begin(), singles.end(), [](const Place& a, const Place& b) { return a.first < b.first; });
  std::string bytes;
  append(bytes, std::uint64_t{singles.size()});
  for (const auto* places : {&singles, &ranges})
    for (const Place& place : *places) append(bytes, place);
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
