#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/npu/listed_devices.hpp"

namespace rigfit {

struct NeuronListing {
  std::string instance_type;  ///< "trn1.32xlarge"
  std::vector<ListedDevice> devices;
};

/// `neuron-ls` as a table, whose columns changed over the years, or with --json-output as an array; the first report of
/// `neuron-monitor`, which tells how many devices there are.
/// https://awsdocs-neuron.readthedocs-hosted.com/en/latest/tools/neuron-sys-tools/neuron-ls.html
NeuronListing parse_neuron_ls(std::string_view text);

}  // namespace rigfit
