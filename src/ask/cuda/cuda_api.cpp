#include "ask/cuda/cuda_api.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace rigfit::cuda {
namespace {

// For a library that is too old to know a code, or has no function that names them. https://docs.nvidia.com/cuda/
// cuda-driver-api/group__CUDA__TYPES.html
constexpr struct {
  Result result;
  const char* name;
} names[] = {
    {0, "CUDA_SUCCESS"},
    {1, "CUDA_ERROR_INVALID_VALUE"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY"},
    {3, "CUDA_ERROR_NOT_INITIALIZED"},
    {34, "CUDA_ERROR_STUB_LIBRARY"},
    {46, "CUDA_ERROR_DEVICE_UNAVAILABLE"},
    {100, "CUDA_ERROR_NO_DEVICE"},
    {101, "CUDA_ERROR_INVALID_DEVICE"},
    {102, "CUDA_ERROR_DEVICE_NOT_LICENSED"},
    {200, "CUDA_ERROR_INVALID_IMAGE"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
    {214, "CUDA_ERROR_ECC_UNCORRECTABLE"},
    {218, "CUDA_ERROR_INVALID_PTX"},
    {220, "CUDA_ERROR_NVLINK_UNCORRECTABLE"},
    {221, "CUDA_ERROR_JIT_COMPILER_NOT_FOUND"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
    {223, "CUDA_ERROR_JIT_COMPILATION_DISABLED"},
    {304, "CUDA_ERROR_OPERATING_SYSTEM"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},
    {719, "CUDA_ERROR_LAUNCH_FAILED"},
    {800, "CUDA_ERROR_NOT_PERMITTED"},
    {801, "CUDA_ERROR_NOT_SUPPORTED"},
    {802, "CUDA_ERROR_SYSTEM_NOT_READY"},
    {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"},
    {804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"},
    {805, "CUDA_ERROR_MPS_CONNECTION_FAILED"},
    {806, "CUDA_ERROR_MPS_RPC_FAILURE"},
    {807, "CUDA_ERROR_MPS_SERVER_NOT_READY"},
    {808, "CUDA_ERROR_MPS_MAX_CLIENTS_REACHED"},
    {809, "CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED"},
    {999, "CUDA_ERROR_UNKNOWN"},
};

}  // namespace

bool Cuda::load() {
  // The compiler in the driver would keep what it made in ~/.nv/ComputeCache: nothing is to be left behind.
  ::setenv("CUDA_CACHE_DISABLE", "1", 1);
  return Library::load({"libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"});
}

std::string Cuda::name_of(Result result) const {
  if (result == function_missing) return "function missing";
  const char* name = nullptr;
  if (call("cuGetErrorName", result, &name) == success && name) return name;
  for (const auto& known : names)
    if (known.result == result) return known.name;
  return "CUDA error " + std::to_string(result);
}

std::string Cuda::text_of(Result result) const {
  if (result == function_missing) return "this libcuda has no such function";
  const char* text = nullptr;
  return call("cuGetErrorString", result, &text) == success && text ? text : "";
}

Json Cuda::error_json(const char* call, Result result) const {
  return Json{{"call", call}, {"code", result}, {"name", name_of(result)}, {"text", text_of(result)}};
}

int Cuda::attribute(Attribute attribute, Device device, int otherwise) const {
  int value = 0;
  return call("cuDeviceGetAttribute", &value, static_cast<int>(attribute), device) == success ? value : otherwise;
}

std::string Cuda::address_of(Device device) const {
  char address[32] = {};
  if (call("cuDeviceGetPCIBusId", static_cast<char*>(address), static_cast<int>(sizeof address), device) != success)
    return "";
  for (char& c : address)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return address;
}

std::string Cuda::device_name(Device device) const {
  char name[256] = {};
  return call("cuDeviceGetName", static_cast<char*>(name), static_cast<int>(sizeof name - 1), device) == success ? name
                                                                                                                 : "";
}

}  // namespace rigfit::cuda
