#include "probes/rocm/amd_gpu.hpp"

namespace rigfit {

void complete(AmdGpu& gpu, const AmdGpu& other) {
  for (std::string AmdGpu::*text :
       {&AmdGpu::address, &AmdGpu::name, &AmdGpu::gfx, &AmdGpu::device_id, &AmdGpu::model_id, &AmdGpu::driver,
        &AmdGpu::compute_partition, &AmdGpu::memory_partition})
    if ((gpu.*text).empty()) gpu.*text = other.*text;
  for (std::optional<std::int64_t> AmdGpu::*number :
       {&AmdGpu::compute_units, &AmdGpu::memory_bytes, &AmdGpu::visible_bytes, &AmdGpu::gtt_bytes,
        &AmdGpu::render_minor, &AmdGpu::node})
    if (!(gpu.*number)) gpu.*number = other.*number;
}

}  // namespace rigfit
