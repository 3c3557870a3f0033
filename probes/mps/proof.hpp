#pragma once

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// One proof for each of the GPUs that Metal shows; only with the user's consent.
Requests mps_proof_requests(const Evidence& evidence);

/// What they answered: facts proof… of the devices, their layers runtime_init and kernel_run, and their states. A proof
/// outweighs what was doubted before, as of a virtual machine's GPU.
void read_mps_proofs(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
