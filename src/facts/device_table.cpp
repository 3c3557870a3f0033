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
  for (const DeviceModel& row : rows_) {
    if (row.vendor != vendor_text || row.bus != bus) continue;
    const auto first = parse_hex(row.device_first), last = parse_hex(row.device_last);
    if (!first || !last || *device_id < *first || *device_id > *last) continue;
    if (const std::uint32_t width = *last - *first; !best || width < best_width) best = &row, best_width = width;
  }
  return best;
}

}  // namespace rigfit
