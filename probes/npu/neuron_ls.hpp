#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// One device as neuron-ls lists it. Empty fields were not told.
struct NeuronDevice {
  std::string address;  ///< as sysfs writes it
  std::optional<std::int64_t> cores, memory_bytes;
};

struct NeuronListing {
  std::string instance_type;  ///< "trn1.32xlarge"
  std::vector<NeuronDevice> devices;
};

/// `neuron-ls` as a table, whose columns changed over the years, or with --json-output as an array.
/// https://awsdocs-neuron.readthedocs-hosted.com/en/latest/tools/neuron-sys-tools/neuron-ls.html
NeuronListing parse_neuron_ls(std::string_view text);

}  // namespace rigfit
