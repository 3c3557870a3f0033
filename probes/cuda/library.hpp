#pragma once

#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// A shared library of the driver as it lies on disk; nothing is loaded.
struct CudaLibrary {
  Truth is_there = Truth::unknown;  ///< no: looked in every usual place
  std::string version;              ///< by the name of the link's target; empty under WSL and on Jetson
  std::string folder;               ///< of the first that was found, in the loader's order
  std::string problem;              ///< empty_file, stub, foreign_arch, no_library; empty: none seen
  bool is_readable = true;          ///< false: it is there, and whether it is a library at all could not be seen
  std::vector<std::string> others;  ///< further ones of another version, "/usr/lib64 (535.183.01)"
  std::vector<std::string> sources;
};

/// Folders in which distributions put libcuda and libnvidia-ml, in the loader's usual order.
const std::vector<std::string>& cuda_library_folders();

/// The links in every folder, then size and first bytes of what was found.
Requests cuda_library_requests(const Evidence& evidence);

/// libcuda.so.1 → libcuda.so.580.82.07: the link's target tells the version.
CudaLibrary find_cuda_library(const Evidence& evidence, const std::string& name);

/// Sets libcuda_version, libcuda_problem, libcuda_others, library_matches, wsl_shadowed, wsl_linux_libraries,
/// forward_compat. `libcuda` is
/// what find_cuda_library() says of libcuda.so.1.
void read_cuda_library(const Evidence& evidence, const CudaLibrary& libcuda, bool is_wsl, PlatformFacts& facts);

}  // namespace rigfit
