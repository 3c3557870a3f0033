#pragma once

#include "ask/ask.hpp"

namespace rigfit {

/// Prints the GPUs that Metal shows to this process. It makes no queue and no buffer, and asks for no default device,
/// which on a Mac with two GPUs would wake the faster one.
///
///     {"library": "Metal", "devices": [{"name": "Apple M4", "architecture": "applegpu_g16g",
///      "recommended_working_set_bytes": 11453251584, "max_buffer_bytes": …, "unified_memory": true,
///      "low_power": false, "removable": false, "headless": false, "families": ["apple7", "apple8", "apple9", "mac2",
///      "metal3", "metal4"]}]}
///
/// A key is there only where this macOS knows the property. Metal is reached through the Objective-C runtime, by name,
/// so that this file compiles everywhere and needs no SDK. Properties and families:
/// https://developer.apple.com/documentation/metal/mtldevice
int ask_metal(const Words& arguments);

}  // namespace rigfit
