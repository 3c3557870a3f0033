#pragma once

#include <string>

#include "ask/ask.hpp"

namespace rigfit {

/// Prints which processes hold a node of an accelerator open, as the links of /proc/PID/fd tell; nothing else of what
/// they hold is reported. Opening a VFIO group to see whether it is busy would make it busy, so it is not.
///
///     {"holders": [{"pid": 1469584, "path": "/dev/vfio/0"}], "processes": 212, "unreadable": 180}
///
/// `unreadable` counts the processes whose open files this user may not see.
int ask_tpu_holders(const Words& arguments);

/// That document, for the process folders below `proc`; empty when there is no such folder.
std::string tpu_holders(const std::string& proc);

}  // namespace rigfit
