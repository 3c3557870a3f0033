#pragma once

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/xpu/level_zero.hpp"

namespace rigfit {

// In WSL 2 an Intel GPU is on no bus and has no render node: Level Zero reaches the driver of Windows through /dev/dxg.
// https://www.intel.com/content/www/us/en/docs/oneapi/installation-guide-linux/2024-2/configure-wsl-2-for-gpu.html

bool is_in_wsl(const Evidence& evidence);

/// Windows' own drivers as WSL shows them, Level Zero's files, and Level Zero itself where either is there.
Requests xpu_wsl_requests(const Evidence& evidence);

/// The layers of a GPU that Level Zero lists here.
void judge_in_wsl(const Evidence& evidence, const std::string& source, Device& device);

/// The platform when Level Zero lists none: never absent, since nothing else could tell of one.
void stand_without_devices_in_wsl(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
