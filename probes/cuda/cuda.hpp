#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// NVIDIA GPUs: bus, driver, device nodes, libraries, NVML or nvidia-smi, toolkit.
extern const Probe cuda_probe;

}  // namespace rigfit
