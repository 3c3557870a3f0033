#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/version.hpp"

namespace rigfit {

/// How the code that a build contains serves an NVIDIA GPU.
enum class CodeFit { binary, ptx, no };
std::string_view name_of(CodeFit fit);

/// `targets` as builds list them: "8.6" compiled code, "9.0+PTX" with intermediate code besides, "PTX 9.0" with that
/// alone, "9.0a" for exactly that one, "12.0f" for its family. Compiled code of X.y runs on X.z with z >= y; PTX on
/// everything newer. What cannot be read serves nothing. https://docs.nvidia.com/cuda/blackwell-compatibility-guide
/// https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#application-compatibility
CodeFit code_fit(const std::vector<std::string>& targets, const Version& capability);

}  // namespace rigfit
