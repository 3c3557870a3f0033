#pragma once

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// What i915 and xe wrote into the kernel's log: log_says and log_line of the GPUs and of the platform, and the layer
/// of a GPU that xe gave up. Before the states are concluded.
void read_intel_gpu_log(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
