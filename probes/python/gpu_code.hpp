#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// Code for NVIDIA's GPUs that a library has embedded.
struct EmbeddedCode {
  std::string file;                  ///< its name, "libtorch_cuda.so"
  std::int64_t fatbins = 0;          ///< fat binaries that were looked at: one for each source file compiled
  bool whole = false;                ///< false: there are more
  std::vector<std::string> targets;  ///< "9.0", "12.0+PTX", "PTX 12.0": those that at least half of them have
};

/// What `rigfit ask gpu-code` answers; see ask/gpu_code.hpp. Nothing when it tells of no code.
std::optional<EmbeddedCode> parse_gpu_code(std::string_view json);

/// Looks into the libraries of torch, jax and tensorflow, of each in the place where a program finds it first, when it
/// was made for CUDA. Worth it only where there is an NVIDIA GPU.
Requests gpu_code_requests(const Evidence& evidence);

/// Sets framework.<name>.architectures from the libraries of the framework that lies in the folder `packages`. Nothing
/// where they were not read: then the table of published builds has to tell.
void read_gpu_code(const Evidence& evidence, const std::string& packages, std::string_view framework, HostFacts& facts);

}  // namespace rigfit
