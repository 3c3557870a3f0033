#pragma once

#include "ask/ask.hpp"

namespace rigfit {

/// Prints what HIP says of the devices that programs see here, by its order. Starting HIP opens /dev/kfd and may wake
/// GPUs, so that this is no part of a passive run.
///
///     {"library": "libamdhip64.so.7", "runtime_version": "7.2.53211", "driver_version": "7.2.53211", "device_count":
///     1,
///      "devices": [{"index": 0, "name": "AMD Radeon RX 7900 XTX", "pci_address": "0000:03:00.0",
///        "architecture": "gfx1100", "features": "sramecc+:xnack-", "integrated": false, "compute_units": 96,
///        "wavefront": 32, "memory_total_bytes": …, "errors": {"memory": "out of memory"}}],
///      "error": {"call": "hipInit", "code": 100, "name": "hipErrorNoDevice", "text": …}}
///
/// Every key is there only when the library told it. Its structure of properties is read for the target's name alone.
int ask_hip(const Words& arguments);

/// `prove-rocm ADDRESS`: compiles a kernel for the device at that PCI address, runs it there on fresh random data,
/// checks every element, and measures copies within its memory.
///
///     {"library": "libamdhip64.so.7", "pci_address": "0000:03:00.0", "architecture": "gfx1100", "passed": true,
///      "elements": 1048576, "memory_bytes": 67108864, "copy_bytes_per_second": 1.1e12, "seconds": 0.4}
///
/// What failed: "stage" ("start", "device", "compile", "load", "memory", "run", "check", "copy"), "error" as above,
/// "log" of the compiler, or "wrong" (how many elements) with "first_wrong". Nothing could be tried: "untried", the
/// reason.
int prove_rocm(const Words& arguments);

}  // namespace rigfit
