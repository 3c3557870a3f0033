#pragma once

#include "ask/ask.hpp"

namespace rigfit {

/// Prints the devices of Intel's Level Zero.
///
///     {"library": "libze_loader.so.1", "interface": "sysman", "devices": [{"name": "Intel(R) Arc(TM) A770 Graphics",
///      "type": "gpu", "vendor_id": 32902, "pci_device": "0x56a0", "integrated": false, "pci_address": "0000:03:00.0",
///      "driver_version": "1.6.31294", "memory_total_bytes": …, "memory_free_bytes": …, "ip_version": "12.55.8",
///      "errors": {"memory": "…"}}],
///      "error": {"call": "zesInit", "code": 2013265921, "text": "uninitialized: …"}}
///
/// Every key is there only when the library reported it; serial numbers and UUIDs are not reported. Without an argument
/// Sysman is asked (zesInit), which makes no context on a GPU; a loader without it answers without "devices". With the
/// argument "core" the core interface is (zeInitDrivers, else zeInit): it does make one, and knows the IP version.
int ask_level_zero(const Words& arguments);

/// `prove-xpu ADDRESS`: gives the device at that PCI address a kernel in SPIR-V, runs it on fresh random data in device
/// memory, and compares every element. It keeps to proof_limits().
///
///     {"library": "libze_loader.so.1", "pci_address": "0000:03:00.0", "passed": true, "elements": 1048576,
///      "memory_bytes": 4194304, "seconds": 0.3}
///
/// Else with "wrong", "error", "late" or "untried", as probes/proof/proof.hpp tells, and "log" of the compiler. Never
/// run on an Intel GPU by its authors: the fake of the loader (tests/ask) interprets the kernel.
int prove_xpu(const Words& arguments);

}  // namespace rigfit
