#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "probes/rocm/tools.hpp"

namespace rigfit {

/// What one recorded tool lists.
struct ToolListing {
  std::string key;  ///< of its answer
  std::vector<AmdGpu> gpus;
  std::string numbering;  ///< whose numbers its rows bear; rocminfo's are KFD's nodes
  bool is_whole = true;   ///< neither cut nor filtered
};

/// All that the recorded tools reported. Their GPUs are joined by find_gpus().
struct ListedGpus {
  RocmTool all;
  std::vector<ToolListing> listings;
  std::vector<std::string> sources;
};
ListedGpus read_rocm_tools(const Evidence& evidence);

}  // namespace rigfit
