#pragma once

#include <vector>

#include "evidence/evidence.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// Whether something is wrong with the GPUs on the bus, as far as one can tell by now: no driver is bound, NVML did
/// not answer or misses a GPU, a GPU has an error, or a proof failed. Also true while NVML is only planned.
bool has_failure_signs(const Evidence& evidence, const std::vector<PciDevice>& gpus);

}  // namespace rigfit
