#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// AMD GPUs: bus, amdgpu, KFD topology, device nodes, ROCm on disk and its tools.
extern const Probe rocm_probe;

}  // namespace rigfit
