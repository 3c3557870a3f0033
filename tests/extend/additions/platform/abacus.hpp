#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// A platform that a test adds to a copy of the sources.
extern const Probe abacus_probe;

}  // namespace rigfit
