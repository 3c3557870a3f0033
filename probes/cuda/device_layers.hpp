#pragma once

#include <string>

#include "facts/platform.hpp"
#include "probes/cuda/shared_layers.hpp"

namespace rigfit {

/// Sets the layers, the state and its reason of the n-th device of `platform`.
void judge_cuda_device(const CudaSeen& seen, const SharedLayers& shared, std::size_t n, Platform& platform);

}  // namespace rigfit
