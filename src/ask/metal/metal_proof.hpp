#pragma once

#include "ask/ask.hpp"

namespace rigfit {

/// Runs a kernel on one GPU through Metal: compiles it from source, gives it fresh random numbers in memory that CPU
/// and GPU share, and compares every element with what the CPU computes. The argument is the GPU's index in Metal's
/// list.
///
///     {"library": "Metal", "index": 0, "name": "Apple M4", "passed": true, "elements": 1048576,
///      "memory_bytes": 4194304, "seconds": 0.05}
///
/// Else with "wrong", "error" or "late", as probes/proof/proof.hpp tells. It keeps to proof_limits(). Never run on
/// macOS by its authors: it was compiled on Linux, and tried on a fake of the Objective-C runtime.
/// https://developer.apple.com/documentation/metal/performing-calculations-on-a-gpu
int prove_mps(const Words& arguments);

}  // namespace rigfit
