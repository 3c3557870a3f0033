#include "export/cuda_values.hpp"

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"

namespace rigfit {

CudaValues cuda_values(const MachineValues& machine) {
  CudaValues cuda;
  cuda.usable = Truth::no;  // where it cannot exist at all
  for (const PlatformValues& values : machine.platforms) {
    if (values.platform->id != "cuda") continue;
    const Platform& platform = *values.platform;
    cuda.usable = platform.state == State::unknown ? Truth::unknown : truth_of(!values.usable.empty());
    cuda.because = platform.because;
    if (const auto* version = platform.facts.get(fact::cuda::supported_version)) cuda.version = *version;
    bool is_whole = true;
    for (const Device* device : values.usable) {
      const auto* capability = device->facts.get(fact::device::compute_capability);
      is_whole = is_whole && capability;
      if (capability && (!cuda.least_capability || *capability < *cuda.least_capability))
        cuda.least_capability = *capability;
    }
    if (!is_whole) cuda.least_capability.reset();
  }
  return cuda;
}

}  // namespace rigfit
