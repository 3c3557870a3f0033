#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// One device as a vendor's tool lists it. Empty fields were not reported.
struct ListedDevice {
  std::string name;     ///< "HL-225"
  std::string address;  ///< as sysfs writes it
  std::optional<std::int64_t> cores = {}, memory_bytes = {}, free_bytes = {};
  std::optional<std::int64_t> index = {};  ///< in the tool's own numbering
};

/// One run of a vendor's tool.
struct ToolRun {
  std::string key;  ///< of its answer
  std::vector<ListedDevice> devices;
};

/// What the runs of `tool` list, joined with each other and with what files show, or where those show nothing, for want
/// of them. Memory that a framework can take is all that the tool tells of; without a tool it stays unknown.
void add_listed(const std::vector<ToolRun>& runs, std::string_view tool, std::string_view kind,
                const Evidence& evidence, Platform& platform);

}  // namespace rigfit
