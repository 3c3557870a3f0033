#pragma once

#include <vector>

#include "probes/probe.hpp"

namespace rigfit {

/// Probes in the order in which what they read is put together: those of platforms as platforms() has them, then those
/// of the host by name.
std::vector<const Probe*> in_order(std::vector<const Probe*> probes);

}  // namespace rigfit
