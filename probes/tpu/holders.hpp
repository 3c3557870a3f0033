#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// The lock file of libtpu, the kernel's list of locks, and who holds the nodes open. Nothing is opened for this: a
/// chip that another program starts to use meanwhile must not find it busy.
Requests holder_requests();

/// The process that holds a lock on the file with this inode ("fd:00:262174"); 0 when none does.
std::int64_t lock_holder(std::string_view proc_locks, std::string_view inode);

/// Process ids and the nodes they hold, from the answer of `rigfit ask tpu-holders`.
struct NodeHolder {
  std::int64_t pid = 0;
  std::string path;
};
struct NodeHolders {
  std::vector<NodeHolder> holders;
  bool saw_every_process = false;
};
NodeHolders parse_tpu_holders(std::string_view json);

/// Facts `held_by` and `lock_file` (none, held, free, stale), for the chips in `devices`.
void read_holders(const Evidence& evidence, const std::vector<Device>& devices, PlatformFacts& facts);

}  // namespace rigfit
