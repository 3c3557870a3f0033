#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/library.hpp"
#include "probes/layers/node_access.hpp"

namespace rigfit {

/// What the layers of CUDA are judged by.
struct CudaSeen {
  const Evidence& evidence;
  const CudaInventory& inventory;             ///< what the driver listed
  const std::vector<std::string>& listed_by;  ///< and the answers that it was read from
  bool bus_shows_gpu = false;
  bool is_wsl = false;
  bool is_tegra = false;  ///< a Jetson whose GPU is part of the chip
  CudaLibrary libcuda;

  bool lists_gpus() const { return !inventory.gpus.empty(); }
};

/// A layer as judged: whether it holds, why, and what that was read from.
inline LayerState state(Truth holds, std::string because, std::vector<std::string> sources = {}) {
  return {holds, std::move(because), std::move(sources)};
}

/// The layers that all GPUs share.
struct SharedLayers {
  LayerState bus, library, runtime;
  NodeAccess control;                ///< the node through which all GPUs are reached
  std::optional<LayerState> fabric;  ///< whether the Fabric Manager lets CUDA start; empty where nothing is to be said
};
SharedLayers judge_shared_layers(const CudaSeen& seen, const PlatformFacts& facts);

/// The node of the driver itself; empty for a Jetson, which has several.
std::string control_path(const CudaSeen& seen);

/// A device node as a layer.
LayerState cuda_node_layer(const Evidence& evidence, const std::string& path);

/// The kernel's driver where no device tells which is bound to it.
LayerState judge_module(const CudaSeen& seen);

}  // namespace rigfit
