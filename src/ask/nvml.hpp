#pragma once

namespace rigfit {

/// Prints the inventory of NVIDIA's management library. It creates no CUDA context. Serial numbers and UUIDs are not
/// asked for.
///
///     {"library": "libnvidia-ml.so.1", "driver_version": "580.82.07", "nvml_version": "13.580.82.07", "cuda_version":
///     "13.0",
///      "device_count": 1, "devices": [{"index": 0, "name": "NVIDIA H100", "pci_address": "0000:01:00.0",
///      "memory_total_bytes": …,
///        "memory_free_bytes": …, "memory_used_bytes": …, "compute_capability": "9.0", "mig": {"current": false,
///        "pending": false, "devices": [{"name": …, "memory_total_bytes": …}]}, "ecc": {"current": true, "pending":
///        true, "uncorrected_volatile": 0}, "compute_mode": "default", "remapped_rows": {"correctable": 0,
///        "uncorrectable": 0, "pending": false, "failure": false}, "errors": {"memory": "GPU is lost"}}],
///      "error": {"call": "nvmlInit_v2", "code": 9, "text": "Driver Not Loaded"}}
///
/// Every key is there only when the library told it. Functions and structures: https://docs.nvidia.com/deploy/nvml-api/
int ask_nvml();

}  // namespace rigfit
