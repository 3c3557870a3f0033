#pragma once

#include <optional>

#include "evidence/evidence.hpp"
#include "evidence/request.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// HIP, and then one proof a device that it shows; all of it only with the user's consent, for starting HIP takes hold
/// of every GPU, of sleeping ones too.
Requests hip_proof_requests(const Evidence& evidence, bool is_any_asleep);

/// Sets what `ask:hip` and `ask:prove-rocm ADDRESS` answered (ask/hip.hpp): hip_… of the platform, hip_listed and
/// proof… of the devices, which it finds by their PCI address. Nothing where they were not asked.
void read_hip(const Evidence& evidence, Platform& platform);

/// Layer::runtime_init by what HIP answered; empty when it was not asked, or says nothing of `device`.
std::optional<LayerState> hip_layer(const Evidence& evidence, const Platform& platform, const Device* device);

}  // namespace rigfit
