#pragma once

#include <string_view>

#include "facts/facts.hpp"
#include "facts/version.hpp"

namespace rigfit {

/// How a build for one CUDA version runs on a driver that supports another.
/// https://docs.nvidia.com/deploy/cuda-compatibility/
enum class DriverFit {
  direct,          ///< the driver supports that version
  minor_version,   ///< same major version, newer minor: compiled code runs, PTX is not translated, new features are
                   ///< missing
  forward_compat,  ///< newer major version, with NVIDIA's compatibility libraries; on data-centre GPUs only
  no,
};
std::string_view name_of(DriverFit fit);

DriverFit driver_fit(const Version& build, const Version& supported, bool has_forward_compat);

/// What the facts of several probes mean together. Sets, for torch, jax and tensorflow where they are installed with
/// CUDA, framework.<name>.driver_fit and .code_from, and of each device <name>_code and <name>_fit (the grade of
/// driver, build and compute capability); toolkit_fit; and, of machines with unlike GPUs, lowest and highest of memory
/// and compute capability.
void relate_cuda(Facts& facts);

}  // namespace rigfit
