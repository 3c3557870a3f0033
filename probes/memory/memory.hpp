#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "probes/probe.hpp"

namespace rigfit {

/// Main memory, how much of it this process may use, and what limits it.
extern const Probe memory_probe;

/// /proc/meminfo: name → bytes. https://docs.kernel.org/filesystems/proc.html
std::map<std::string, std::int64_t, std::less<>> parse_meminfo(std::string_view text);

/// The soft limit that /proc/self/limits gives under `name` ("Max address space"): bytes or a count; empty when it is
/// unlimited or not there. https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
std::optional<std::int64_t> parse_limit(std::string_view limits, std::string_view name);

/// The size of the tmpfs at /dev/shm by its mount option, bytes; empty when none is given: then it is half the memory.
/// `total` is the machine's memory, for sizes in percent. https://docs.kernel.org/filesystems/tmpfs.html
std::optional<std::int64_t> parse_shm_size(std::string_view mountinfo, std::optional<std::int64_t> total);

}  // namespace rigfit
