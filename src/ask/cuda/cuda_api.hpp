#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ask/library.hpp"

namespace rigfit::cuda {

// The part of the CUDA driver's interface that is used, by the names that libcuda has exported since CUDA 4 and still
// does in CUDA 13: https://docs.nvidia.com/cuda/cuda-driver-api/

using Json = nlohmann::ordered_json;
using Result = int;  // CUresult
using Device = int;  // CUdevice
using Handle = void*;
using Address = unsigned long long;  // CUdeviceptr

constexpr Result success = 0, out_of_memory = 2, not_found = 500, function_missing = -1;
constexpr Result jit_codes[] = {200, 209, 218,
                                221, 222, 223};  // the image or the PTX was refused, or nothing compiles it

/// CUdevice_attribute.
enum Attribute {
  clock_khz = 13,
  multiprocessors = 16,
  kernel_timeout = 17,
  integrated = 18,
  compute_mode = 20,
  ecc = 32,
  memory_clock_khz = 36,
  memory_bus_bits = 37,
  l2_cache_bytes = 38,
  unified_addressing = 41,
  capability_major = 75,
  capability_minor = 76,
  managed_memory = 83,
  pageable_memory_access = 88,
};

class Cuda : public Library {
 public:
  bool load();

  /// Calls `symbol`; `function_missing` when this library lacks it.
  template <class... Arguments>
  Result call(const char* symbol, Arguments... arguments) const {
    auto* function = find<Result(Arguments...)>(symbol);
    return function ? function(arguments...) : function_missing;
  }

  std::string name_of(Result result) const;  ///< "CUDA_ERROR_SYSTEM_NOT_READY"
  std::string text_of(Result result) const;  ///< the library's own words
  /// {"call": "cuInit", "code": 802, "name": "CUDA_ERROR_SYSTEM_NOT_READY", "text": "system not yet initialized"}
  Json error_json(const char* call, Result result) const;

  int attribute(Attribute attribute, Device device, int otherwise) const;
  /// "0000:01:00.0", empty when it is not reported.
  std::string address_of(Device device) const;
  std::string device_name(Device device) const;
};

}  // namespace rigfit::cuda
