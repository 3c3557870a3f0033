#pragma once

#include <string>
#include <string_view>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// Where toolkits and their libraries lie. Reading these needs no GPU.
Requests toolkit_first_look();

/// Sets toolkit_version (newest), toolkit_versions, cudnn_version, nccl_version. An installed toolkit says nothing
/// about a GPU.
void read_toolkit(const Evidence& evidence, PlatformFacts& facts);

/// version.json of a toolkit: {"cuda": {"name": "CUDA SDK", "version": "12.4.1"}, …}; version.txt: "CUDA
/// Version 10.1.243".
std::string parse_toolkit_version(std::string_view text);
/// `nvcc --version`: "Cuda compilation tools, release 12.4, V12.4.131".
std::string parse_nvcc(std::string_view text);
/// Three numbers that a header defines: "#define CUDNN_MAJOR 9" …; empty when one is missing.
std::string parse_defines(std::string_view header, std::string_view prefix, std::string_view third);

}  // namespace rigfit
