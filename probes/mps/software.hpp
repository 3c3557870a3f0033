#pragma once

#include <optional>
#include <string_view>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

// What surrounds the GPU on a Mac: the Pythons, the packages that claim to use it, and the variables of PyTorch.

/// The head of each Python that may be used, the folders of packages, and the variables.
Requests software_requests(const Evidence& evidence);

/// Facts pythons, python_translated, active_python.
void read_pythons(const Evidence& evidence, PlatformFacts& facts);

/// Facts tensorflow_metal_version, jax_metal_version, jax_mps_version and what lies beside them; and, as facts of the
/// host, the frameworks themselves in the folders that only macOS has.
void read_plugins(const Evidence& evidence, PlatformFacts& facts, HostFacts& host);

/// Facts fallback, high_watermark, low_watermark, watermark_off, watermark_invalid, ci.
void read_environment(const Evidence& evidence, PlatformFacts& facts);

/// "1.7" → 1.7; digits with at most one point.
std::optional<double> decimal(std::string_view text);

}  // namespace rigfit
