#pragma once

#include <cstdint>
#include <string>

namespace rigfit {

/// "80.0 GiB", "512 MiB", "900 bytes".
std::string size_text(std::int64_t bytes);

}  // namespace rigfit
