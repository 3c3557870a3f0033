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
/// Every key is there only when the library reported it. Its structure of properties is read for the target's name
/// alone.
int ask_hip(const Words& arguments);

/// `prove-rocm ADDRESS [TARGET]`: compiles a kernel for the device at that PCI address, runs it there on fresh random
/// data, checks every element, and measures copies within its memory, which are checked as well. TARGET is compiled for
/// where the runtime does not tell one. It keeps to proof_limits() and gives all memory back.
///
///     {"library": "libamdhip64.so.7", "pci_address": "0000:03:00.0", "passed": true, "architecture": "gfx1100",
///      "elements": 1048576, "memory_bytes": 67108864, "seconds": 0.4,
///      "bandwidth": {"bytes_per_second": 1100000000000}}
///
/// When it does not pass, one of: "error" as above, with "log" of the compiler; "wrong": {"what": "kernel" or "copy",
/// "count": 1, "index": 7, "got": …, "expected": …}; "untried": why nothing could be run.
int prove_rocm(const Words& arguments);

}  // namespace rigfit
