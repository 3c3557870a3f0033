#pragma once

#include "evidence/evidence.hpp"
#include "facts/device_table.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// libtpu started and ended again, on all chips of this host at once; only with the user's consent, and not while
/// another process has them.
Requests tpu_proof_requests(const Evidence& evidence, const DeviceTable& table);

/// What it answered: the layer runtime_init of each Cloud TPU. No kernel is run, so kernel_run stays unknown and
/// nothing becomes proven by it.
void read_tpu_proof(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
