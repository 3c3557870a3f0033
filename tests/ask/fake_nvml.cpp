// Plays libnvidia-ml.so.1 with two devices; FAKE_NVML says what goes wrong.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {
bool plays(const char* part) {
  const char* wanted = std::getenv("FAKE_NVML");
  return wanted && std::strcmp(wanted, part) == 0;
}
int devices[2];
int index_of(const void* handle) { return static_cast<int>(static_cast<const int*>(handle) - devices); }
}  // namespace

extern "C" {
int nvmlInit_v2() {
  if (plays("crash")) ::raise(SIGSEGV);
  if (plays("hang"))
    for (;;) ::pause();
  if (plays("garbage")) {
    std::puts("NVRM: something else");
    std::fflush(stdout);
    ::_exit(0);
  }
  return plays("not-loaded") ? 9 : plays("mismatch") ? 18 : 0;
}
const char* nvmlErrorString(int status) {
  return status == 9    ? "Driver Not Loaded"
         : status == 18 ? "Driver/library version mismatch"
         : status == 15 ? "GPU is lost"
                        : "Unknown";
}
int nvmlSystemGetDriverVersion(char* text, unsigned) { return std::strcpy(text, "580.82.07"), 0; }
int nvmlSystemGetCudaDriverVersion_v2(int* version) { return *version = 13000, 0; }
#ifndef WITHOUT_COUNT
int nvmlDeviceGetCount_v2(unsigned* count) { return *count = 2, 0; }
#endif
int nvmlDeviceGetHandleByIndex_v2(unsigned n, void** handle) {
  *handle = &devices[n];
  return plays("lost") && n == 0 ? 15 : 0;
}
int nvmlDeviceGetName(void* handle, char* text, unsigned) {
  return std::strcpy(text, plays("binary") ? "caf\xe9" : index_of(handle) == 0 ? "NVIDIA H100" : "NVIDIA L4"), 0;
}
int nvmlDeviceGetMemoryInfo(void*, unsigned long long* memory) {
  return memory[0] = 85899345920ULL, memory[1] = memory[2] = 0, 0;
}
int nvmlDeviceGetCudaComputeCapability(void* handle, int* major, int* minor) {
  return *major = index_of(handle) == 0 ? 9 : 8, *minor = index_of(handle) == 0 ? 0 : 9, 0;
}
int nvmlDeviceGetPciInfo_v3(void* handle, char* info) {
  return std::strcpy(info + 36, index_of(handle) == 0 ? "00000000:0A:00.0" : "00010000:3B:00.0"), 0;
}
int nvmlDeviceGetMigMode(void*, unsigned*, unsigned*) { return 3; }
}
