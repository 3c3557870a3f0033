#include "probes/npu/hl_smi.hpp"

#include <algorithm>

#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"

namespace rigfit {
namespace {

// | Driver Version:                                     1.21.1-bfcec49          |
// |   0  HL-225              N/A  | 0000:33:00.0     N/A |                  21  |
// | N/A   35C   P0  525W /  600W  | 94963MiB /  98304MiB |    88%           96% |
GaudiListing parse_gaudi_table(std::string_view text) {
  GaudiListing listing;
  bool expects_memory = false;
  for (const std::string_view line : lines_of(text)) {
    const auto cells = split(line, '|');
    if (cells.size() == 3)
      if (const auto pair = key_value(cells[1]); pair && pair->first == "Driver Version")
        listing.driver_version = pair->second;
    if (cells.size() < 4) continue;
    const auto left = words_of(cells[1]), middle = words_of(cells[2]);
    if (left.size() > 1 && whole_number(left[0]) && !middle.empty() && split(middle[0], ':').size() == 3) {
      listing.devices.push_back({std::string(left[1]), pci_address(middle[0])});
      listing.devices.back().index = whole_number(left[0]);
      expects_memory = true;
    } else if (const std::size_t slash = cells[2].find('/'); expects_memory && slash != std::string_view::npos) {
      ListedDevice& device = listing.devices.back();
      device.memory_bytes = size_bytes(cells[2].substr(slash + 1));
      if (const auto used = size_bytes(cells[2].substr(0, slash)); used && used <= device.memory_bytes)
        device.free_bytes = *device.memory_bytes - *used;
      expects_memory = false;
    }
  }
  return listing;
}

/// Without a unit it is in MiB; what would be petabytes then is in bytes.
std::optional<std::int64_t> size_of(std::string_view cell) {
  constexpr std::int64_t most_mib = 1 << 24;
  const auto number = whole_number(cell);
  if (!number || *number < 0) return size_bytes(cell);
  return *number < most_mib ? *number << 20 : *number;
}

// Driver Version                          : 1.21.1-bfcec49
// [0] AIP (accel0) 0000:33:00.0
//         Product Name                    : HL-225
//         Memory Usage
//                 Total                   : 98304 MB
GaudiListing parse_log(std::string_view text) {
  GaudiListing listing;
  bool in_memory = false;
  for (const std::string_view line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.empty()) continue;
    if (words[0].starts_with('[') && words.size() > 2 && words[1] == "AIP") {
      ListedDevice& device = listing.devices.emplace_back();
      device.address = pci_address(words.back());
      device.index = leading_number(words[0].substr(1));
      continue;
    }
    const auto pair = key_value(line);
    if (!pair) in_memory = trimmed(line) == "Memory Usage";
    if (!pair || says_nothing(pair->second)) continue;
    const auto& [key, value] = *pair;
    if (key == "Driver Version") listing.driver_version = value;
    if (listing.devices.empty()) continue;
    ListedDevice& device = listing.devices.back();
    if (key == "Product Name") device.name = value;
    if (key == "Bus Id" && device.address.empty()) device.address = pci_address(value);
    if (in_memory && key == "Total") device.memory_bytes = size_bytes(value);
    if (in_memory && key == "Free") device.free_bytes = size_bytes(value);
  }
  return listing;
}

// index, name, memory.total [MiB]
// 0, HL-225, 98304 MiB
GaudiListing parse_csv(std::string_view text, std::string_view fields) {
  GaudiListing listing;
  auto columns = split(fields, ',');
  for (const std::string_view line : lines_of(text)) {
    const auto cells = split(line, ',');
    const auto named = [&](std::string_view field) {
      return std::any_of(cells.begin(), cells.end(),
                         [&](std::string_view cell) { return cell.substr(0, cell.find(" [")) == field; });
    };
    if (std::any_of(columns.begin(), columns.end(), named)) {
      columns = cells;
      continue;
    }
    if (cells.size() != columns.size() || trimmed(line).empty()) continue;
    ListedDevice device;
    for (std::size_t n = 0; n < cells.size(); ++n) {
      const std::string_view field = columns[n].substr(0, columns[n].find(" ["));
      if (says_nothing(cells[n])) continue;
      if (field == "index") device.index = whole_number(cells[n]);
      if (field == "name") device.name = cells[n];
      if (field == "bus_id") device.address = pci_address(cells[n]);
      if (field == "driver_version") listing.driver_version = cells[n];
      for (const auto& [column, bytes] :
           {std::pair{"memory.total", &device.memory_bytes}, {"memory.free", &device.free_bytes}})
        if (field == column) *bytes = size_of(cells[n]);
    }
    listing.devices.push_back(std::move(device));
  }
  return listing;
}

}  // namespace

GaudiListing parse_hl_smi(std::string_view command_line, std::string_view text) {
  for (const std::string_view option :
       {std::string_view(" -Q "), std::string_view(" --query-aip="), std::string_view(" --query-aip ")})
    if (const std::size_t at = command_line.find(option); at != command_line.npos) {
      const auto words = words_of(command_line.substr(at + option.size()));
      return parse_csv(text, words.empty() ? "" : words[0]);
    }
  return contains(text, "HL-SMI LOG") ? parse_log(text) : parse_gaudi_table(text);
}

}  // namespace rigfit
