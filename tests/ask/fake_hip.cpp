// Plays libamdhip64.so.7 with two devices whose memory is the host's; FAKE_HIP says what goes wrong.
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "ask/script.hpp"

namespace {

bool plays(const char* part) {
  static const std::string wanted = fake::instructions("FAKE_HIP");
  return wanted == part;
}

int current = 0;

// What the kernel of the proof computes: the fake compiler's code object stands for it.
void mix(const std::uint32_t* in, std::uint32_t* out, std::uint32_t count) {
  for (std::uint32_t n = 0; n < count; ++n) {
    std::uint32_t x = in[n] * 2654435761U + n;
    x ^= x >> 15;
    x *= 2246822519U;
    out[n] = x ^ (x >> 13);
  }
}

}  // namespace

extern "C" {
int hipInit(unsigned) {
  if (plays("crash")) ::raise(SIGSEGV);
  if (plays("abort")) {
    std::puts("hipErrorNoBinaryForGpu: Unable to find code object for all current devices!");
    std::abort();
  }
  if (plays("hang"))
    for (;;) ::pause();
  return plays("old-driver") ? 35 : 0;
}
#ifndef WITHOUT_COUNT
int hipGetDeviceCount(int* count) {
  *count = plays("no-device") ? 0 : 2;
  return plays("no-device") ? 100 : 0;
}
#endif
int hipRuntimeGetVersion(int* version) { return *version = 70253211, 0; }
int hipDriverGetVersion(int* version) { return *version = 70253211, 0; }
const char* hipGetErrorName(int status) {
  return status == 100  ? "hipErrorNoDevice"
         : status == 35 ? "hipErrorInsufficientDriver"
         : status == 2  ? "hipErrorOutOfMemory"
         : status == 98 ? "hipErrorInvalidDeviceFunction"
                        : "hipErrorUnknown";
}
const char* hipGetErrorString(int status) {
  return status == 100 ? "no ROCm-capable device is detected" : status == 98 ? "invalid device function" : "an error";
}
int hipDeviceGetName(char* text, int, int device) {
  std::puts("the runtime talks on stdout");
  return std::strcpy(text, device == 0 ? "AMD Radeon RX 7900 XTX" : "AMD Instinct MI210"), 0;
}
int hipDeviceGetPCIBusId(char* text, int, int device) {
  return std::strcpy(text, device == 0 ? "0000:03:00.0" : "0000:0A:00.0"), 0;
}
int hipDeviceTotalMem(std::size_t* bytes, int device) {
  if (plays("second-fails") && device == 1) return 2;
  return *bytes = std::size_t{device == 0 ? 24U : 64U} << 30, 0;
}
int hipDeviceGetAttribute(int* value, int attribute, int device) {
  if (attribute == 16) return *value = 0, 0;
  if (attribute == 63) return *value = device == 0 ? 96 : 104, 0;
  if (attribute == 87) return *value = device == 0 ? 32 : 64, 0;
  return 1;
}
// The new layout under the new name, the old one under the old name.
#ifndef OLD
int hipGetDevicePropertiesR0600(void* properties, int device) {
  std::memset(properties, 0x7f, 1160);
  return std::strcpy(static_cast<char*>(properties) + 1160, device == 0 ? "gfx1100" : "gfx90a:sramecc+:xnack-"), 0;
}
#endif
int hipGetDeviceProperties(void* properties, int device) {
  std::memset(properties, 0x7f, 396);
  return std::strcpy(static_cast<char*>(properties) + 396, plays("no-target") ? "AMD"
                                                           : device == 0      ? "gfx1100"
                                                                              : "gfx90a"),
         0;
}
int hipSetDevice(int device) { return current = device, 0; }
int hipMalloc(void** pointer, std::size_t bytes) {
  if (plays("second-fails") && current == 1) return 2;
  return *pointer = std::malloc(bytes), 0;
}
int hipFree(void* pointer) { return std::free(pointer), 0; }
int hipMemcpy(void* to, const void* from, std::size_t bytes, int kind) {
  std::memcpy(to, from, bytes);
  if (plays("bad-copy") && kind == 3) static_cast<char*>(to)[bytes / 2] ^= 1;
  return 0;
}
int hipModuleLoadData(void** module, const void* code) {
  *module = const_cast<void*>(code);
  return std::strncmp(static_cast<const char*>(code), "code for gfx", 12) == 0 ? 0 : 200;
}
int hipModuleGetFunction(void** function, void* module, const char*) { return *function = module, 0; }
int hipModuleLaunchKernel(void*, unsigned grid, unsigned, unsigned, unsigned block, unsigned, unsigned, unsigned, void*,
                          void** parameters, void**) {
  if (plays("no-code")) return 98;
  if (plays("fault")) ::raise(SIGABRT);
  const auto* in = *static_cast<std::uint32_t**>(parameters[0]);
  auto* out = *static_cast<std::uint32_t**>(parameters[1]);
  const auto count = *static_cast<std::uint32_t*>(parameters[2]);
  if (std::uint64_t{grid} * block < count) return 1;
  if (plays("does-nothing")) return 0;
  mix(in, out, count);
  if (plays("wrong")) out[count - 1] ^= 1;
  return 0;
}
int hipDeviceSynchronize() {
  if (plays("kernel-hangs"))
    for (;;) ::pause();
  return 0;
}
}
