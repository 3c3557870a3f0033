#pragma once

#include <string_view>

namespace rigfit {

/// Whether a fact is another at every run on the same machine (free memory, power state), by the last part of its name.
bool is_changing_fact(std::string_view name);

}  // namespace rigfit
