#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// Apple GPUs through Metal. Only macOS has them; all interpretation works on recordings anywhere.
extern const Probe mps_probe;

}  // namespace rigfit
