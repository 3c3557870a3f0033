#include <array>

#include "probes/container/container.hpp"
#include "probes/cpu/cpu.hpp"
#include "probes/cuda/cuda.hpp"
#include "probes/memory/memory.hpp"
#include "probes/mps/mps.hpp"
#include "probes/npu/npu.hpp"
#include "probes/os/os.hpp"
#include "probes/probe.hpp"
#include "probes/python/python.hpp"
#include "probes/rocm/rocm.hpp"
#include "probes/tpu/tpu.hpp"
#include "probes/xpu/xpu.hpp"

namespace rigfit {

// Written out: an object that registers itself inside an archive is dropped by the linker.
std::span<const Probe* const> all_probes() {
  static const std::array<const Probe*, 11> probes{&cuda_probe, &rocm_probe,      &mps_probe,   &tpu_probe,
                                                   &xpu_probe,  &npu_probe,       &cpu_probe,   &memory_probe,
                                                   &os_probe,   &container_probe, &python_probe};
  return probes;
}

}  // namespace rigfit
