#include "facts/device_table.hpp"

#include <fmt/format.h>

#include <charconv>
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

}  // namespace

DeviceTable DeviceTable::of(Lazy<std::vector<DeviceModel>> rows) {
  DeviceTable table;
  table.rows_ = std::move(rows);
  return table;
}

const DeviceModel* DeviceTable::find(std::string_view vendor, std::string_view device, std::string_view bus) const {
  const auto vendor_id = parse_hex(vendor), device_id = parse_hex(device);
  if (!vendor_id || !device_id) return nullptr;
  // As the rows have it, so that only rows of this vendor are taken apart.
  const std::string vendor_text = fmt::format("{:04x}", *vendor_id);
  const DeviceModel* best = nullptr;
  std::uint32_t best_width = 0;
  // Four digits each, so that their order is that of the numbers.
  const std::string device_text = fmt::format("{:04x}", *device_id);
  for (const DeviceModel& row : rows_) {
    if (row.vendor != vendor_text || row.bus != bus) continue;
    if (device_text < row.device_first || device_text > row.device_last) continue;
    const auto first = parse_hex(row.device_first), last = parse_hex(row.device_last);
    if (!first || !last) continue;
    if (const std::uint32_t width = *last - *first; !best || width < best_width) best = &row, best_width = width;
  }
  return best;
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
