#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"
#include "probes/python/frameworks.hpp"

namespace rigfit {

/// The loader's path, and the CUDA folders that it names: their libraries go before those that wheels bring.
Requests library_path_requests(const Evidence& evidence);

/// A library of CUDA by its file name: "libnvJitLink.so.12.1.105" → the package "nvidia-nvjitlink", 12.1.105.
/// Nothing for others, and for names that tell no more than the major version.
struct CudaLibraryFile {
  std::string package;
  Version version;
};
std::optional<CudaLibraryFile> parse_cuda_library(std::string_view file_name);

/// Sets installed.library_shadowed: libraries in folders of LD_LIBRARY_PATH that are older than those of `packages`,
/// and found first. https://man7.org/linux/man-pages/man8/ld.so.8.html (DT_RUNPATH comes after LD_LIBRARY_PATH)
void read_library_path(const Evidence& evidence, const std::vector<NamedPackage>& packages, HostFacts& facts);

}  // namespace rigfit
