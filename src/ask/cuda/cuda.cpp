#include "ask/cuda/cuda.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "ask/cuda/cuda_api.hpp"

namespace rigfit {
namespace {

using cuda::Cuda;
using cuda::Json;
using cuda::Result;
using cuda::success;

Json device_json(const Cuda& library, int index) {
  Json device{{"index", index}};
  cuda::Device handle = 0;
  if (const Result result = library.call("cuDeviceGet", &handle, index); result != success) {
    device["errors"]["device"] = library.error_json("cuDeviceGet", result);
    return device;
  }
  if (std::string name = library.device_name(handle); !name.empty()) device["name"] = std::move(name);
  if (std::string address = library.address_of(handle); !address.empty()) device["pci_address"] = std::move(address);
  const int major = library.attribute(cuda::capability_major, handle, -1),
            minor = library.attribute(cuda::capability_minor, handle, -1);
  if (major >= 0 && minor >= 0) device["compute_capability"] = std::to_string(major) + "." + std::to_string(minor);
  std::size_t bytes = 0;
  if (const Result result = library.call("cuDeviceTotalMem_v2", &bytes, handle); result == success)
    device["memory_total_bytes"] = bytes;
  else
    device["errors"]["memory"] = library.error_json("cuDeviceTotalMem_v2", result);
  for (const auto& [key, attribute] : {std::pair{"integrated", cuda::integrated},
                                       {"ecc", cuda::ecc},
                                       {"unified_addressing", cuda::unified_addressing},
                                       {"managed_memory", cuda::managed_memory},
                                       {"pageable_memory_access", cuda::pageable_memory_access},
                                       {"kernel_timeout", cuda::kernel_timeout}})
    if (const int value = library.attribute(attribute, handle, -1); value >= 0) device[key] = value != 0;
  constexpr const char* modes[] = {"default", "exclusive_thread", "prohibited", "exclusive_process"};
  if (const int mode = library.attribute(cuda::compute_mode, handle, -1); mode >= 0 && mode < 4)
    device["compute_mode"] = modes[mode];
  // On parts with unified memory the clock and the width read 0.
  for (const auto& [key, attribute] : {std::pair{"multiprocessors", cuda::multiprocessors},
                                       {"l2_cache_bytes", cuda::l2_cache_bytes},
                                       {"memory_clock_khz", cuda::memory_clock_khz},
                                       {"memory_bus_bits", cuda::memory_bus_bits}})
    if (const int value = library.attribute(attribute, handle, 0); value > 0) device[key] = value;
  return device;
}

}  // namespace

int ask_cuda(const Words&) {
  Cuda library;
  if (!library.load()) return library.report_failure();
  for (const char* symbol : {"cuInit", "cuDeviceGetCount", "cuDeviceGet"})
    if (!library.find<void>(symbol)) return library.report_missing(symbol);
  Json answer{{"library", library.name()}};
  if (std::string file = library.file_of("cuInit"); !file.empty()) answer["file"] = std::move(file);
  answer["is_compat"] = library.is_below("cuInit", "/compat/");
  int version = 0;  // 13000 is 13.0; reported without a driver too
  if (library.call("cuDriverGetVersion", &version) == success && version > 0)
    answer["cuda_version"] = std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);

  tell_progress("initialising CUDA");
  const auto begin = std::chrono::steady_clock::now();
  const Result result = library.call("cuInit", 0u);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  answer["init"] = Json{{"code", result},
                        {"name", library.name_of(result)},
                        {"text", library.text_of(result)},
                        {"seconds", static_cast<double>(static_cast<long>(seconds * 1000)) / 1000}};
  if (result != success) {
    answer["error"] = library.error_json("cuInit", result);
    return print_answer(answer);
  }
  int count = 0;
  if (const Result counted = library.call("cuDeviceGetCount", &count); counted != success) {
    answer["error"] = library.error_json("cuDeviceGetCount", counted);
    return print_answer(answer);
  }
  answer["device_count"] = count;
  answer["devices"] = Json::array();
  for (int n = 0; n < count && n < 1024; ++n) answer["devices"].push_back(device_json(library, n));
  return print_answer(answer);
}

}  // namespace rigfit
