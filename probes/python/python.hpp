#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// Python interpreters, and frameworks that are installed, found by their files: nothing is run or imported.
extern const Probe python_probe;

}  // namespace rigfit
