#include "probes/npu/hl_smi.hpp"

#include <algorithm>

#include "probes/parse/text.hpp"

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
      listing.devices.push_back({std::string(left[1]), lower(middle[0])});
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
      if (field == "bus_id") device.address = lower(cells[n]);
      if (field == "driver_version") listing.driver_version = cells[n];
      for (const auto& [column, bytes] :
           {std::pair{"memory.total", &device.memory_bytes}, {"memory.free", &device.free_bytes}})
        if (field == column)
          *bytes = size_bytes(whole_number(cells[n]) ? std::string(cells[n]) + " MiB" : std::string(cells[n]));
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
  return parse_gaudi_table(text);
}

}  // namespace rigfit
