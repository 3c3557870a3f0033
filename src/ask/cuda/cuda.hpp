#pragma once

#include "ask/ask.hpp"

namespace rigfit {

/// Prints what CUDA's driver library says once it is initialised. No context is created, no memory taken.
///
/// It is no part of the default run, but asked only by `rigfit prove` and `--prove`: cuInit attaches this process to
/// every visible GPU, which wakes those that sleep and takes 0.1 to 7 s (a machine without persistence mode,
/// confidential computing); it starts a thread, and connects to an MPS daemon that listens. As root it may create
/// device nodes and load the kernel module where that is not loaded, so then it is not asked either. And alone it is a
/// bad witness: no driver, a node without permission and a container's device filter all give 100. What it would say is
/// reported by files and NVML before: the module and library versions (803), /dev/nvidia-uvm (999), the fabric's state
/// (802).
///
///     {"library": "libcuda.so.1", "file": "/usr/lib/x86_64-linux-gnu/libcuda.so.580.82.07", "is_compat": false,
///      "cuda_version": "13.0", "init": {"code": 0, "name": "CUDA_SUCCESS", "text": "no error", "seconds": 0.31},
///      "device_count": 1,
///      "devices": [{"index": 0, "name": "NVIDIA H100", "pci_address": "0000:01:00.0", "compute_capability": "9.0",
///        "memory_total_bytes": …, "integrated": false, "ecc": true, "unified_addressing": true, "managed_memory":
///        true, "pageable_memory_access": false, "kernel_timeout": false, "compute_mode": "default", "multiprocessors":
///        132, "l2_cache_bytes": …, "memory_clock_khz": …, "memory_bus_bits": …, "errors": {"memory": {"call": …,
///        "code": 999, "name": …, "text": …}}}],
///      "error": {"call": "cuInit", "code": 802, "name": "CUDA_ERROR_SYSTEM_NOT_READY", "text": "system not yet
///      initialized"}}
///
/// Devices are those that CUDA_VISIBLE_DEVICES leaves, in CUDA's order. Every key is there only when the library
/// reported it.
int ask_cuda(const Words& arguments);

/// Proves one device, the CUDA index of which is the argument: copies in and out, a kernel on random data of which each
/// element is compared, and the bandwidth of copies within device memory. All that it took is given back.
///
///     {"index": 0, "name": "NVIDIA H100", "pci_address": "0000:01:00.0", "passed": true, "seconds": 0.42,
///      "steps": {"init": 0.31, "context": 0.05, "copy": 0.01, "compile": 0.02, "kernel": 0.001, "bandwidth": 0.03},
///      "elements": 1048576, "memory_bytes": 67108864, "ptx": "3.2 sm_30",
///      "bandwidth": {"bytes_per_second": …, "copied_bytes": 33554432, "times": 64, "from_cache": true},
///      "wrong": {"what": "kernel" | "copy", "count": 3, "index": 17, "expected": 58, "got": 0},
///      "error": {"call": "cuMemAlloc_v2", "code": 2, "name": "CUDA_ERROR_OUT_OF_MEMORY", "text": "out of memory"},
///      "log": "ptxas …", "memory_works": true}
///
/// "passed" is there always. "memory_works" is there when the kernel could not be compiled and all else was right.
int prove_cuda(const Words& arguments);

}  // namespace rigfit
