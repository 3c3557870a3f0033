#pragma once

#include <string>

#include "ask/ask.hpp"

namespace rigfit {

/// Prints the inventory of NVIDIA's management library. It creates no CUDA context. Serial numbers, UUIDs and process
/// ids are not asked for. Arguments: PCI addresses of the devices to ask, none for all that are awake; with the
/// variable RIGFIT_WAKE set, for all.
///
///     {"library": "libnvidia-ml.so.1", "nvml_version": "13.580.82.07", "driver_version": "580.82.07",
///      "cuda_version": "13.0", "device_count": 1, "asleep": ["0000:02:00.0"],
///      "devices": [{"index": 0, "name": "NVIDIA H100", "pci_address": "0000:01:00.0", "minor": 0,
///        "memory_total_bytes": …, "memory_reserved_bytes": …, "memory_free_bytes": …, "memory_used_bytes": …,
///        "compute_capability": "9.0", "memory_numa_node": 1,
///        "compute_mode": "default" | "exclusive_thread" | "prohibited" | "exclusive_process", "compute_processes": 0,
///        "persistence_mode": true, "power_limit_milliwatt": 700000, "power_limit_default_milliwatt": 700000,
///        "mig": {"current": false, "pending": false, "devices": [{"name": …, "memory_total_bytes": …}]},
///        "ecc": {"current": true, "pending": true, "uncorrected_volatile": 0}, "retired_pages_pending": false,
///        "remapped_rows": {"correctable": 0, "uncorrectable": 0, "pending": false, "failure": false},
///        "pcie": {"generation": 5, "width": 16, "generation_most": 5, "width_most": 16},
///        "nvlink": {"links": 18, "active": 18},
///        "fabric": {"state": "not_started" | "in_progress" | "completed", "status": 0, "text": …,
///                   "health": "not_supported" | "healthy" | "unhealthy" | "limited_capacity"},
///        "virtualization": "none" | "pass_through" | "vgpu" | "host_vgpu" | "host_vsga",
///        "vgpu_license": {"product": "NVIDIA Virtual Compute Server", "licensed": true},
///        "errors": {"memory": "GPU is lost"}, "error_codes": {"memory": 15}}],
///      "error": {"call": "nvmlInit_v2", "code": 9, "text": "Driver Not Loaded"}}
///
/// Every key is there only when the library reported it. Functions and structures:
/// https://docs.nvidia.com/deploy/nvml-api/
int ask_nvml(const Words& arguments);

/// PCI addresses of NVIDIA's GPUs below `folder` (/sys/bus/pci/devices), by whether they are suspended. Reading
/// power/runtime_status wakes nothing: https://docs.kernel.org/power/runtime_pm.html
struct NvidiaGpus {
  Words awake, asleep;
};
NvidiaGpus nvidia_gpus(const std::string& folder);

}  // namespace rigfit
