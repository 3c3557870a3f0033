#pragma once

#include <optional>

#include "evidence/evidence.hpp"
#include "evidence/request.hpp"
#include "facts/platform.hpp"
#include "probes/cuda/inventory.hpp"

namespace rigfit {

/// What `rigfit ask cuda` answers, see ask/cuda.hpp: the devices that CUDA shows, and in `more` how cuInit ended.
/// Neither `answered` nor `failure` are set: those tell of NVML and nvidia-smi.
CudaInventory parse_libcuda(std::string_view json);

/// cuInit, and then one proof a device that CUDA shows; all of it only with the user's consent.
Requests cuda_proof_requests(const Evidence& evidence, bool is_any_asleep);

/// Sets what those answered: init_…, runtime_device_count, library_… of the platform, cuda_visible and proof… of the
/// devices.
void read_cuda_runtime(const Evidence& evidence, Platform& platform);

/// Layer::runtime_init of `device` (null: of the platform) by cuInit; empty when that was not asked.
std::optional<LayerState> cuda_runtime_layer(const Evidence& evidence, const Platform& platform, const Device* device);

}  // namespace rigfit
