#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// Google Cloud TPUs, reported from the Coral Edge TPU and from other vendors behind /dev/accel.
extern const Probe tpu_probe;

}  // namespace rigfit
