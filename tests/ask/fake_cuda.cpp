// Plays libcuda.so.1 on host memory, as script.hpp says: "gpus=2", "free=BYTES" of memory, "least_sm=75" the oldest
// target that it compiles for, "wrong=kernel|beyond|nothing|copy", "clock=still". What is not given back at the end is
// reported on stderr. WITHOUT_NAMES leaves out what names errors and what measures time, WITHOUT_LAUNCH what nothing
// works without.
#include <chrono>
#include <cstring>
#include <map>
#include <memory>

#include "ask/ptx_machine.hpp"
#include "ask/script.hpp"

using fake::enter, fake::number, fake::word;

namespace {
using Clock = std::chrono::steady_clock;
constexpr std::size_t size_of_memory = std::size_t{4} << 30;

int current = -1;  // device
bool is_initialised = false;
std::map<unsigned long long, std::size_t> allocated;
std::map<void*, std::unique_ptr<fake::PtxKernel>> modules;
std::map<void*, std::unique_ptr<Clock::time_point>> events;
int contexts = 0;

struct AtTheEnd {
  ~AtTheEnd() {
    if (!allocated.empty() || !modules.empty() || !events.empty() || contexts != 0)
      std::fprintf(stderr, "left behind: %zu buffers, %zu modules, %zu events, %d contexts\n", allocated.size(),
                   modules.size(), events.size(), contexts);
  }
} at_the_end;

long many() { return number("gpus", 2); }
bool is_within(unsigned long long address, std::size_t size) {
  auto it = allocated.upper_bound(address);
  return it != allocated.begin() && address + size <= std::prev(it)->first + std::prev(it)->second;
}
}  // namespace

extern "C" {
int cuInit(unsigned) {
  const int status = enter("cuInit");
  is_initialised = status == 0;
  return status;
}
int cuDriverGetVersion(int* version) { return *version = 13000, enter("cuDriverGetVersion"); }
int cuDeviceGetCount(int* count) { return *count = static_cast<int>(many()), enter("cuDeviceGetCount"); }
int cuDeviceGet(int* device, int index) {
  if (!is_initialised) return 3;
  if (index >= many()) return 101;
  return *device = index, enter("cuDeviceGet", index);
}
int cuDeviceGetName(char* name, int size, int device) {
  return std::snprintf(name, static_cast<std::size_t>(size), "%s", device == 0 ? "NVIDIA H100" : "NVIDIA L4"), 0;
}
int cuDeviceGetPCIBusId(char* address, int size, int device) {
  if (word("bus") == "none") return std::strcpy(address, "0000:00:00.0"), 0;
  return std::snprintf(address, static_cast<std::size_t>(size), "0000:%02X:00.0", 10 + device), 0;
}
int cuDeviceTotalMem_v2(std::size_t* bytes, int device) {
  return *bytes = size_of_memory, enter("cuDeviceTotalMem_v2", device);
}
int cuDeviceGetAttribute(int* value, int attribute, int device) {
  static const std::map<int, int> values{{16, 132}, {17, 0},       {18, 0},    {20, 0},
                                         {32, 1},   {36, 2619000}, {37, 5120}, {41, 1}};
  if (attribute == 75) return *value = device == 0 ? 9 : 8, 0;
  if (attribute == 76) return *value = device == 0 ? 0 : 9, 0;
  if (attribute == 38) return *value = static_cast<int>(number("cache", 50 << 20)), 0;
  const auto it = values.find(attribute);
  if (it == values.end()) return 1;  // an attribute of later releases
  return *value = it->second, 0;
}
int cuDevicePrimaryCtxRetain(void** context, int device) {
  const int status = enter("cuDevicePrimaryCtxRetain", device);
  if (status == 0) ++contexts, *context = &contexts, current = device;
  return status;
}
int cuDevicePrimaryCtxRelease_v2(int) { return --contexts, 0; }
int cuCtxSetCurrent(void*) { return enter("cuCtxSetCurrent", current); }
int cuCtxSynchronize() { return enter("cuCtxSynchronize", current); }
int cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
  *free = static_cast<std::size_t>(number("free", 1L << 30)), *total = size_of_memory;
  return enter("cuMemGetInfo_v2", current);
}
int cuMemAlloc_v2(unsigned long long* address, std::size_t size) {
  if (const int status = enter("cuMemAlloc_v2", current); status != 0) return status;
  std::size_t taken = size;
  for (const auto& [at, bytes] : allocated) taken += bytes;
  if (taken > static_cast<std::size_t>(number("free", 1L << 30))) return 2;
  *address = reinterpret_cast<unsigned long long>(std::malloc(size));
  allocated[*address] = size;
  return 0;
}
int cuMemFree_v2(unsigned long long address) {
  if (allocated.erase(address) == 0) return 1;
  return std::free(reinterpret_cast<void*>(address)), 0;
}
int cuMemsetD32_v2(unsigned long long to, unsigned value, std::size_t count) {
  if (!is_within(to, 4 * count)) return 700;
  for (std::size_t n = 0; n < count; ++n) reinterpret_cast<unsigned*>(to)[n] = value;
  return enter("cuMemsetD32_v2", current);
}
int cuMemcpyHtoD_v2(unsigned long long to, const void* from, std::size_t size) {
  if (!is_within(to, size)) return 700;
  return std::memcpy(reinterpret_cast<void*>(to), from, size), enter("cuMemcpyHtoD_v2", current);
}
int cuMemcpyDtoH_v2(void* to, unsigned long long from, std::size_t size) {
  if (!is_within(from, size)) return 700;
  return std::memcpy(to, reinterpret_cast<void*>(from), size), enter("cuMemcpyDtoH_v2", current);
}
int cuMemcpyDtoD_v2(unsigned long long to, unsigned long long from, std::size_t size) {
  if (!is_within(to, size) || !is_within(from, size)) return 700;
  std::memcpy(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), size);
  if (word("wrong") == "copy") reinterpret_cast<unsigned char*>(to)[size - 1] ^= 4;
  return enter("cuMemcpyDtoD_v2", current);
}
int cuMemcpyDtoDAsync_v2(unsigned long long to, unsigned long long from, std::size_t size, void*) {
  return cuMemcpyDtoD_v2(to, from, size);
}
int cuModuleLoadDataEx(void** module, const void* image, unsigned count, int* options, void** values) {
  if (const int status = enter("cuModuleLoadDataEx", current); status != 0) return status;
  auto kernel = std::make_unique<fake::PtxKernel>();
  std::string problem;
  if (!kernel->load(static_cast<const char*>(image))) problem = kernel->problem;
  if (kernel->target < number("least_sm", 20)) problem = "ptxas fatal: target is too old";
  if (!problem.empty()) {
    for (unsigned n = 0; n < count; ++n)
      if (options[n] == 5) std::strcpy(static_cast<char*>(values[n]), problem.c_str());
    return 218;
  }
  *module = kernel.get();
  modules[*module] = std::move(kernel);
  return 0;
}
int cuModuleUnload(void* module) { return modules.erase(module) == 1 ? 0 : 400; }
int cuModuleGetFunction(void** function, void* module, const char* name) {
  if (static_cast<fake::PtxKernel*>(module)->name != name) return 500;
  return *function = module, enter("cuModuleGetFunction", current);
}
#ifndef WITHOUT_LAUNCH
int cuLaunchKernel(void* function, unsigned blocks, unsigned, unsigned, unsigned threads, unsigned, unsigned, unsigned,
                   void*, void** parameters, void**) {
  const int status = enter("cuLaunchKernel", current);
  if (status != 0 || word("wrong") == "nothing") return status;
  static_cast<fake::PtxKernel*>(function)->run(blocks, threads, parameters);
  unsigned* to = reinterpret_cast<unsigned*>(*static_cast<unsigned long long*>(parameters[0]));
  const unsigned size = *static_cast<unsigned*>(parameters[2]);
  if (word("wrong") == "kernel") to[17] ^= 0x100;
  if (word("wrong") == "beyond") to[size] = 1;
  return 0;
}
#endif
#ifndef WITHOUT_NAMES
int cuEventCreate(void** event, unsigned) {
  auto time = std::make_unique<Clock::time_point>();
  *event = time.get();
  events[*event] = std::move(time);
  return enter("cuEventCreate", current);
}
int cuEventDestroy_v2(void* event) { return events.erase(event) == 1 ? 0 : 400; }
int cuEventRecord(void* event, void*) { return *events.at(event) = Clock::now(), 0; }
int cuEventSynchronize(void*) { return enter("cuEventSynchronize", current); }
int cuEventElapsedTime(float* milliseconds, void* first, void* second) {
  *milliseconds = std::chrono::duration<float, std::milli>(*events.at(second) - *events.at(first)).count();
  if (word("clock") == "still") *milliseconds = 0;
  return 0;
}
int cuGetErrorName(int result, const char** name) {
  *name = result == 802 ? "CUDA_ERROR_SYSTEM_NOT_READY" : result == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : nullptr;
  return *name ? 0 : 1;
}
int cuGetErrorString(int result, const char** text) {
  *text = result == 802 ? "system not yet initialized" : result == 2 ? "out of memory" : nullptr;
  return *text ? 0 : 1;
}
#endif
}
