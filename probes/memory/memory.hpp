#pragma once

#include <map>
#include <string>
#include <string_view>

#include "probes/probe.hpp"

namespace rigfit {

/// Main memory, and how much of it this process may use.
extern const Probe memory_probe;

/// /proc/meminfo: name → bytes. https://docs.kernel.org/filesystems/proc.html
std::map<std::string, std::int64_t, std::less<>> parse_meminfo(std::string_view text);

}  // namespace rigfit
