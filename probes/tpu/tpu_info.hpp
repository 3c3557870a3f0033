#pragma once

#include <string_view>
#include <vector>

#include "facts/platform.hpp"

namespace rigfit {

/// Takes what `tpu-info` printed; it asks the runtime of a program that uses the TPU. Adds devices only when it lists
/// chips, and nothing to a platform that has some.
void read_tpu_info(std::string_view text, const std::vector<std::string>& source, Platform& platform);

}  // namespace rigfit
