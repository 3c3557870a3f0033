#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// Gaudi, Neuron, Ascend and the NPUs of client processors: what is on the bus, and whether its driver is bound.
extern const Probe npu_probe;

}  // namespace rigfit
