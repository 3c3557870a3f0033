#pragma once

#include "evidence/evidence.hpp"
#include "evidence/request.hpp"
#include "facts/platform.hpp"

// oneAPI's setvars.sh puts its own SYCL runtime before that of PyTorch's wheels, in LD_LIBRARY_PATH. Of another release
// the two do not fit each other: https://github.com/pytorch/pytorch/issues/149953 (2025)

namespace rigfit {

Requests oneapi_requests();

/// xpu.oneapi_version, xpu.sycl_version, and whether the two clash.
void read_oneapi(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
