#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// Sets contradictions: where two layers say what cannot both be true, each as a sentence that names both sides and
/// where they were read. A library that does not match the module is reported by library_matches instead.
void read_contradictions(const Evidence& evidence, const SeenInventories& seen, const std::vector<PciDevice>& on_bus,
                         Platform& platform);

}  // namespace rigfit
