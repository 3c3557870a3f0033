#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/condition_text.hpp"

namespace rigfit {

// What users may write in requirements beside the names of facts (rules/README.md, "Short forms"): "cuda.devices >= 4",
// "cuda.driver >= 550", "rocm.arch = gfx942", "any:cuda.memory >= 24GiB". They are short for facts and for any( ) and
// all( ) over devices. Some of those facts are only there after with_short_forms().

namespace short_form {

/// All accelerators together, which is named like a platform: `accelerator.devices`.
inline constexpr std::string_view accelerator = "accelerator";
/// Of a device: it can be used by who asks; and the memory that a framework finds there.
inline constexpr std::string_view usable = "device.usable", memory = "device.memory";
/// The same among the facts of the device itself.
inline constexpr std::string_view own_usable = usable.substr(7), own_memory = memory.substr(7);
/// Behind the name of a platform.
inline constexpr std::string_view proven = ".proven", devices = ".devices", memory_sum = ".memory.sum";

}  // namespace short_form

/// A name that is about each device of a platform that can be used: "cuda.arch".
struct DeviceForm {
  std::string platform;
  ResolvedName name;
};
std::optional<DeviceForm> device_form(std::string_view name, const ConditionNames& names);

/// A name that is about the machine or a platform as a whole: "cuda", "cuda.devices", "host.memory".
std::optional<ResolvedName> machine_form(std::string_view name, const ConditionNames& names);

/// `leaf`, a condition on one device, for each that can be used (there has to be one), or with `is_any` for one of
/// them.
Condition over_devices(const std::string& platform, Condition leaf, bool is_any);

/// A card sold with 24 GB answers for 24GiB, as drivers keep a part of its memory: what is at least this much is
/// enough.
std::int64_t enough_memory(std::int64_t wanted);

/// Whether a name is about the memory of devices, which is compared by enough_memory().
bool is_device_memory(std::string_view fact);

/// All of them, as they are written, for "did you mean".
std::vector<std::string> all_short_forms(const ConditionNames& names);

/// The facts with those that short forms stand for: `<platform>`, `.proven`, `.devices` and `.memory.sum` of each
/// platform; `usable` and `memory` of each device; and "accelerator", a platform of all devices of accelerators.
Facts with_short_forms(Facts facts);

}  // namespace rigfit
