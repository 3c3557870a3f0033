#pragma once

#include "ask/ask.hpp"

namespace rigfit {

/// Starts libtpu's runtime and ends it again: loads the library that the first
/// argument names, makes a client through the PJRT C API, counts its devices,
/// and destroys it. While it runs, it holds every chip of this host and
/// libtpu's lock; on one host of a slice it waits for the others. It runs no
/// kernel: that needs a compiler's input, which is JAX's to make.
///
///     {"library": "/usr/…/libtpu.so", "api_version": "0.103", "platform":
///     "tpu", "platform_version": "PJRT C API …",
///      "addressable_devices": 4, "ended": true, "error": {"call":
///      "PJRT_Client_Create", "code": 10, "text": "The TPU is already in use by
///      process with pid 1234 …"}}
///
/// A key is there only when that call succeeded; `error` is of the first that
/// did not, its code one of absl's. Layout of the API:
/// https://github.com/openxla/xla/blob/main/xla/pjrt/c/pjrt_c_api.h
int prove_tpu(const Words& arguments);

}  // namespace rigfit
