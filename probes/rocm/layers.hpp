#pragma once

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/rocm/kernel_module.hpp"
#include "probes/rocm/kfd.hpp"
#include "probes/rocm/tool_listings.hpp"
#include "probes/rocm/user_space.hpp"
#include "probes/rocm/visibility.hpp"

namespace rigfit {

/// What was read of the machine as a whole.
struct RocmSeen {
  ListedGpus listed;
  KfdTopology topology;
  AmdgpuModule module;
  Visibility visibility;
  RocmUserSpace user_space;
  bool is_wsl = false;
};

/// Fills in the layers and states of every device and of the platform. Each device has a verdict of its own; the
/// platform stands as well as its best device does.
void judge_rocm_layers(const Evidence& evidence, const RocmSeen& seen, Platform& platform);

/// The same for WSL2, which shows no bus, no amdgpu and no KFD: /dev/dxg and librocdxg stand in their place.
void judge_rocm_in_wsl(const Evidence& evidence, const RocmSeen& seen, Platform& platform);

}  // namespace rigfit
