#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/platform.hpp"

namespace rigfit {

/// One device as a vendor's tool lists it. Empty fields were not told.
struct ListedDevice {
  std::string name;     ///< "HL-225"
  std::string address;  ///< as sysfs writes it
  std::optional<std::int64_t> cores = {}, memory_bytes = {}, free_bytes = {};
};

/// What `tool` lists, beside what files show (found by the PCI address) or, where they show nothing, for want of them.
/// Memory that a framework can take is all that the tool tells of; without a tool it stays unknown.
void add_listed(const std::vector<ListedDevice>& listed, std::string_view tool, std::string_view kind,
                const std::vector<std::string>& source, Platform& platform);

}  // namespace rigfit
