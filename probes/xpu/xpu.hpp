#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// Intel GPUs.
extern const Probe xpu_probe;

}  // namespace rigfit
