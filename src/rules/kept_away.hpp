#pragma once

#include "facts/platform.hpp"

namespace rigfit {

/// The environment (CUDA_VISIBLE_DEVICES and its like) or a scheduler keeps the device from this process: it is there,
/// and not this process's to use.
bool is_kept_away(const Device& device);

}  // namespace rigfit
