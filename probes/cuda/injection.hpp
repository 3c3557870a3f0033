#pragma once

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// What a container runtime was reported about GPUs, and its marks. https://github.com/NVIDIA/nvidia-container-toolkit
Requests injection_requests();

/// Sets injected (the container was given the driver's files), visible_to_container (NVIDIA_VISIBLE_DEVICES) and
/// driver_capabilities (NVIDIA_DRIVER_CAPABILITIES) with gives_compute. Only of meaning inside a container.
void read_injection(const Evidence& evidence, PlatformFacts& facts);

}  // namespace rigfit
