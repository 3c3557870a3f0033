#pragma once

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/cuda/inventory.hpp"

namespace rigfit {

/// The two variables by which CUDA chooses and numbers devices; NVML and nvidia-smi heed neither.
Requests visible_device_requests();

/// Reads CUDA_VISIBLE_DEVICES against the devices there are. A list ends at its first invalid entry; index order is by
/// speed unless CUDA_DEVICE_ORDER is PCI_BUS_ID.
/// https://docs.nvidia.com/cuda/cuda-programming-guide/05-appendices/environment-variables.html
///
/// Sets visible_devices (the text), visible_form (unset, empty, indices, uuids, mig, mixed, words), visible_problem
/// (empty, negative, not_a_device, out_of_range, unknown_uuid, ambiguous_uuid, mig_is_off, duplicate), visible_entry
/// (the entry at fault), visible_count and hides_all; of each device physical_index (as nvidia-smi counts) and
/// visible_index (as CUDA counts; none when it is hidden).
void read_visible_devices(const Evidence& evidence, const CudaInventory& inventory, Platform& platform);

}  // namespace rigfit
