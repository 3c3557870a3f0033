#include "probes/npu/neuron_ls.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "probes/parse/json_fields.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/address.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

constexpr const char* device_name = "AWS Neuron device";

// neuron-monitor: {"instance_info": {"instance_type": "trn1.2xlarge"}, "neuron_hardware_info":
// {"neuron_device_count": 1, "neuroncore_per_device_count": 2, "neuron_device_memory_size": 34359738368}}
NeuronListing parse_monitor(const Json& document) {
  NeuronListing listing;
  const auto instance = document.find("instance_info"), hardware = document.find("neuron_hardware_info");
  if (instance != document.end()) listing.instance_type = json_text(*instance, "instance_type");
  if (hardware == document.end()) return listing;
  constexpr std::int64_t most_devices = 1024;
  const std::int64_t count = std::min(json_integer(*hardware, "neuron_device_count").value_or(0), most_devices);
  for (std::int64_t n = 0; n < count; ++n)
    listing.devices.push_back({device_name, "", json_integer(*hardware, "neuroncore_per_device_count"),
                               json_integer(*hardware, "neuron_device_memory_size")});
  return listing;
}

// [{"neuron_device": 0, "bdf": "00:1e.0", "nc_count": 2, "memory_size": 34359738368, "neuron_processes": []}]
NeuronListing parse_json(std::string_view text) {
  NeuronListing listing;
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_object()) return parse_monitor(document);
  if (!document.is_array()) return listing;
  for (const Json& device : document) {
    if (!device.is_object() || !json_integer(device, "neuron_device")) continue;
    listing.devices.push_back({device_name, pci_address(json_text(device, "bdf")), json_integer(device, "nc_count"),
                               json_integer(device, "memory_size")});
    if (listing.instance_type.empty()) listing.instance_type = json_text(device, "instance_type");
  }
  return listing;
}

// instance-type: trn1.32xlarge
// +--------+--------+--------+-----------+---------+
// | NEURON | NEURON | NEURON | CONNECTED |   PCI   |
// | DEVICE | CORES  | MEMORY |  DEVICES  |   BDF   |
// +--------+--------+--------+-----------+---------+
// | 0      | 2      | 32 GB  | 12, 3     | 10:1c.0 |
NeuronListing parse_neuron_table(std::string_view text) {
  NeuronListing listing;
  std::vector<std::string> header;
  bool header_ended = false;
  for (const std::string_view row : lines_of(text)) {
    const std::string_view line = trimmed(row);
    if (line.starts_with("+-")) header_ended = !header.empty();
    if (!line.starts_with('|')) {
      if (const auto pair = key_value(line); pair && pair->first == "instance-type")
        listing.instance_type = pair->second;
      continue;
    }
    const auto cells = split(line, '|');
    if (!header_ended) {  // its words stand below each other
      header.resize(std::max(header.size(), cells.size()));
      for (std::size_t n = 0; n < cells.size(); ++n)
        if (!cells[n].empty()) append_to_list(header[n], cells[n], " ");
      continue;
    }
    ListedDevice device{device_name, ""};
    bool is_device = false;
    for (std::size_t n = 0; n < std::min(header.size(), cells.size()); ++n) {
      if (header[n] == "NEURON DEVICE" || header[n] == "LOGICAL ID") is_device = whole_number(cells[n]).has_value();
      if (header[n] == "NEURON CORES") device.cores = whole_number(cells[n]);
      if (header[n] == "PCI BDF") device.address = pci_address(cells[n]);
      // The first devices had two channels of memory, distinguished.
      if (header[n] == "NEURON MEMORY" || header[n].starts_with("MEMORY CHANNEL"))
        if (const auto size = size_bytes(cells[n])) device.memory_bytes = device.memory_bytes.value_or(0) + *size;
    }
    // Further processes of a device have rows of their own.
    if (is_device) listing.devices.push_back(std::move(device));
  }
  return listing;
}

}  // namespace

NeuronListing parse_neuron_ls(std::string_view text) {
  const std::string_view start = trimmed(text);
  return start.starts_with('[') || start.starts_with('{') ? parse_json(text) : parse_neuron_table(text);
}

}  // namespace rigfit
