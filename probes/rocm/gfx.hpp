#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rigfit {

/// 90402 → "gfx942", 90010 → "gfx90a": major decimal, minor and stepping one hexadecimal digit each. Empty for 0 and
/// nonsense. https://github.com/ROCm/rocm-systems/blob/develop/projects/rocr-runtime/libhsakmt/src/topology.c
std::string gfx_of(std::int64_t target_version);
/// What HSA_OVERRIDE_GFX_VERSION means: "10.3.0" → "gfx1030", "9.0.10" → "gfx90a". Empty for what the runtime refuses.
std::string gfx_of_override(std::string_view text);

/// Some releases of rocm-smi and amd-smi build the name of a target by decimal arithmetic: "gfx9010" is gfx90a,
/// "gfx11000" is gfx1100.
std::string gfx_of_tool(std::string_view reported);

}  // namespace rigfit
