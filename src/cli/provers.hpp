#pragma once

#include <string_view>

namespace rigfit {

// `rigfit prove [PLATFORM...]`, and `--prove` beside other commands: something is run on each accelerator, and its
// result checked. To teach it a platform:
//
// 1. A question in src/ask (library.hpp tells how): it loads the vendor's library, runs a kernel on fresh data of each
//    device or of the one that its argument names, compares every element, and prints what came out. It keeps to
//    proof_limits() of ask/proof.hpp, says with tell_progress() where it is, and leaves nothing behind.
// 2. The probe's `next` asks it by `proving("PLATFORM", ask("prove-PLATFORM", …))`, with `waking` where a device
//    sleeps. Without the user's consent that request is passed over; with it, it is asked after everything passive, in
//    a child of its own. One child a device keeps a crash or a hang to that device.
// 3. The probe's `read` turns the answers (`ask:prove-PLATFORM …`, in recordings too) into Layer::runtime_init,
//    Layer::kernel_run and the facts device.proof… of rules/facts/device.json, which the report knows how to tell.
// 4. A line here.

struct Prover {
  std::string_view platform;
  std::string_view what;          ///< for --help
  std::string_view warning = {};  ///< not empty: it gets in others' way, is tried only when named, and is announced so
};

inline constexpr Prover provers[] = {
    {"cuda", "a kernel on random data, and copies within device memory"},
    {"rocm", "a kernel that hiprtc compiles, on random data, and copies within device memory"},
    {"mps", "a kernel on random data through Metal (never tried on macOS)"},
    {"xpu", "a kernel in SPIR-V on random data through Level Zero (never tried on an Intel GPU)"},
    {"tpu", "starts libtpu and counts its devices; no kernel is run",
     "libtpu takes every TPU chip of this host, and its lock, until this is done; what starts on them meanwhile fails"},
};

}  // namespace rigfit
