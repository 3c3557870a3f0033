#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evidence/evidence.hpp"

namespace rigfit {

/// One limit on the memory of this process.
struct MemoryLimit {
  std::int64_t bytes = 0;
  std::string name;  ///< what sets it: the file of a control group, a variable, "RLIMIT_AS (ulimit -v)"
  std::vector<std::string> sources;
};

/// The files and variables that may hold one.
Requests memory_limit_requests(const Evidence& evidence);

/// Those that are set: of this process's control group and all its ancestors (memory.max and memory.high, or
/// memory.limit_in_bytes), of the batch job, of the process.
std::vector<MemoryLimit> memory_limits(const Evidence& evidence);

/// Why there may be one that could not be read, in a few words; empty when all were.
std::string unread_limit(const Evidence& evidence);

}  // namespace rigfit
