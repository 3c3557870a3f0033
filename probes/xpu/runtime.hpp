#pragma once

#include <optional>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/xpu/told.hpp"

namespace rigfit {

/// The files of Level Zero and the variables that it and SYCL obey.
Requests level_zero_requests();

/// User library and runtime of each device, from Level Zero's own answer, else from the files; and the facts
/// xpu.level_zero_loader, xpu.level_zero_driver, xpu.runtime_problem.
void judge_runtime(const Evidence& evidence, const std::optional<LevelZero>& told, Platform& platform);

}  // namespace rigfit
