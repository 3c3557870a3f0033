#pragma once

#include <string_view>

namespace rigfit {

/// "0.1.0"
std::string_view tool_version();

/// "f0fe73d4b": what it was built from, with a "+" when that had been changed; empty where nobody knew.
std::string_view tool_commit();

}  // namespace rigfit
