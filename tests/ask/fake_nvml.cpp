// Plays libnvidia-ml.so.1, as script.hpp says: "devices=2", "fabric=3", "links=18", "nvlink_down=2",
// "vgpu=unlicensed", "mig=N" instances, "row_pending", "processes=N", "mode=3". WITHOUT_COUNT leaves a function out
// that nothing works without, OLD all that came after driver 470.
#include <cstring>

#include "ask/script.hpp"

using fake::enter, fake::number, fake::word;

namespace {
int devices[1024], instances[64];
long index_of(const void* handle) { return static_cast<const int*>(handle) - devices; }
long many() { return number("devices", 2); }
bool is_instance(const void* handle) { return handle >= instances && handle < instances + 64; }
}  // namespace

extern "C" {
int nvmlInit_v2() { return enter("nvmlInit_v2"); }
int nvmlShutdown() { return enter("nvmlShutdown"); }
const char* nvmlErrorString(int status) {
  switch (status) {
    case 4:
      return "Insufficient Permissions";
    case 9:
      return "Driver Not Loaded";
    case 15:
      return "GPU is lost";
    case 16:
      return "GPU requires reset";
    case 17:
      return "GPU access blocked by the operating system";
    case 18:
      return "Driver/library version mismatch";
    default:
      return "Unknown Error";
  }
}
int nvmlSystemGetDriverVersion(char* text, unsigned) { return std::strcpy(text, "580.82.07"), 0; }
int nvmlSystemGetNVMLVersion(char* text, unsigned) { return std::strcpy(text, "13.580.82.07"), 0; }
int nvmlSystemGetCudaDriverVersion_v2(int* version) { return *version = 13000, 0; }
#ifndef WITHOUT_COUNT
int nvmlDeviceGetCount_v2(unsigned* count) {
  return *count = static_cast<unsigned>(many()), enter("nvmlDeviceGetCount_v2");
}
#endif
int nvmlDeviceGetHandleByIndex_v2(unsigned n, void** handle) {
  *handle = &devices[n];
  return enter("nvmlDeviceGetHandleByIndex_v2", n);
}
int nvmlDeviceGetHandleByPciBusId_v2(const char* address, void** handle) {  // "0000:0a:00.0": 0x0a is the first
  const long n = std::strtol(address + 5, nullptr, 16) - 10;
  if (n < 0 || n >= many()) return 6;
  *handle = &devices[n];
  return enter("nvmlDeviceGetHandleByPciBusId_v2", n);
}
int nvmlDeviceGetIndex(void* handle, unsigned* index) { return *index = static_cast<unsigned>(index_of(handle)), 0; }
int nvmlDeviceGetName(void* handle, char* text, unsigned) {
  if (is_instance(handle)) return std::strcpy(text, "NVIDIA H100 MIG 1g.10gb"), 0;
  std::strcpy(text, word("name") == "binary" ? "caf\xe9" : index_of(handle) == 0 ? "NVIDIA H100" : "NVIDIA L4");
  return enter("nvmlDeviceGetName", index_of(handle));
}
int nvmlDeviceGetMinorNumber(void* handle, unsigned* n) { return *n = static_cast<unsigned>(index_of(handle)), 0; }
int nvmlDeviceGetMemoryInfo(void* handle, unsigned long long* memory) {
  memory[0] = is_instance(handle) ? 10468982784ULL : 85899345920ULL;
  memory[1] = memory[0] / 2, memory[2] = memory[0] / 2;
  return is_instance(handle) ? 0 : enter("nvmlDeviceGetMemoryInfo", index_of(handle));
}
int nvmlDeviceGetCudaComputeCapability(void* handle, int* major, int* minor) {
  *major = index_of(handle) == 0 ? 9 : 8, *minor = index_of(handle) == 0 ? 0 : 9;
  return enter("nvmlDeviceGetCudaComputeCapability", index_of(handle));
}
int nvmlDeviceGetPciInfo_v3(void* handle, char* info) {
  const long n = index_of(handle);
  std::snprintf(info + 36, 32, "%08X:%02lX:00.0", word("domain") == "wide" && n == 1 ? 0x10000 : 0, 10 + n);
  return enter("nvmlDeviceGetPciInfo_v3", n);
}
int nvmlDeviceGetComputeMode(void* handle, int* mode) {
  *mode = static_cast<int>(number("mode", 0));
  return enter("nvmlDeviceGetComputeMode", index_of(handle));
}
int nvmlDeviceGetPersistenceMode(void*, int* mode) { return *mode = 1, 0; }
int nvmlDeviceGetEnforcedPowerLimit(void*, unsigned* limit) { return *limit = 650000, 0; }
int nvmlDeviceGetPowerManagementDefaultLimit(void*, unsigned* limit) { return *limit = 700000, 0; }
int nvmlDeviceGetMigMode(void*, unsigned* current, unsigned* pending) {
  if (word("mig").empty()) return 3;
  return *current = *pending = 1, 0;
}
int nvmlDeviceGetMaxMigDeviceCount(void*, unsigned* count) { return *count = 7, 0; }
int nvmlDeviceGetMigDeviceHandleByIndex(void*, unsigned n, void** handle) {
  if (n >= static_cast<unsigned>(number("mig", 0))) return 6;
  return *handle = &instances[n], 0;
}
int nvmlDeviceGetEccMode(void*, int* current, int* pending) { return *current = 1, *pending = 0, 0; }
int nvmlDeviceGetTotalEccErrors(void*, int, int, unsigned long long* count) { return *count = 0, 0; }
int nvmlDeviceGetRemappedRows(void*, unsigned* correctable, unsigned* uncorrectable, unsigned* pending, unsigned* bad) {
  *correctable = 0, *uncorrectable = 2, *pending = word("row_pending").empty() ? 0 : 1, *bad = 0;
  return enter("nvmlDeviceGetRemappedRows");
}
int nvmlDeviceGetCurrPcieLinkGeneration(void*, unsigned* n) { return *n = 1, 0; }
int nvmlDeviceGetMaxPcieLinkGeneration(void*, unsigned* n) { return *n = 5, 0; }
int nvmlDeviceGetCurrPcieLinkWidth(void*, unsigned* n) { return *n = 16, 0; }
int nvmlDeviceGetMaxPcieLinkWidth(void*, unsigned* n) { return *n = 16, 0; }
int nvmlDeviceGetNvLinkState(void* handle, unsigned link, int* active) {
  if (const int status = enter("nvmlDeviceGetNvLinkState", index_of(handle)); status != 0) return status;
  if (link >= static_cast<unsigned>(number("links", 0))) return number("links", 0) == 0 ? 3 : 2;
  *active = link >= static_cast<unsigned>(number("nvlink_down", 0)) ? 1 : 0;
  return 0;
}
int nvmlDeviceGetVirtualizationMode(void*, int* mode) { return *mode = word("vgpu").empty() ? 1 : 2, 0; }
#ifndef OLD
int nvmlDeviceGetMemoryInfo_v2(void* handle, char* info) {
  unsigned version = 0;
  std::memcpy(&version, info, sizeof version);
  if (version != 0x02000028 || word("sizes") == "refused") return 25;
  if (is_instance(handle)) return 13;
  unsigned long long memory[4] = {85899345920ULL, 600000000, 85000000000, 299345920};
  std::memcpy(info + 8, memory, sizeof memory);
  return enter("nvmlDeviceGetMemoryInfo", index_of(handle));
}
int nvmlDeviceGetComputeRunningProcesses_v3(void*, unsigned* count, void* list) {
  const long processes = number("processes", 0);
  if (list || *count != 0) std::abort();  // would be written to
  *count = static_cast<unsigned>(processes);
  return processes == 0 ? 0 : 7;
}
int nvmlDeviceGetGpuFabricInfoV(void* handle, unsigned char* info) {
  unsigned version = 0;
  std::memcpy(&version, info, sizeof version);
  const bool is_known = version == 0x02000024 || (version == 0x03000028 && word("sizes") != "second");
  if (!is_known || word("sizes") == "refused") return 25;
  const int status = static_cast<int>(number("fabric_status", 0));
  std::memcpy(info + 20, &status, sizeof status);
  info[28] = static_cast<unsigned char>(number("fabric", 0));
  if (version == 0x03000028) info[36] = static_cast<unsigned char>(number("fabric_health", 1));
  return enter("nvmlDeviceGetGpuFabricInfoV", index_of(handle));
}
int nvmlDeviceGetGridLicensableFeatures_v4(void* handle, unsigned char* features) {
  const unsigned is_supported = 1, count = 2, enabled = 1, licensed = word("vgpu") == "licensed" ? 1 : 0;
  std::memcpy(features, &is_supported, 4);
  std::memcpy(features + 4, &count, 4);
  unsigned char* second = features + 8 + 284;  // the first is not enabled
  std::memcpy(second + 4, &licensed, 4);
  std::strcpy(reinterpret_cast<char*>(second + 136), "NVIDIA Virtual Compute Server");
  std::memcpy(second + 264, &enabled, 4);
  return enter("nvmlDeviceGetGridLicensableFeatures_v4", index_of(handle));
}
#else
int nvmlDeviceGetGpuFabricInfo(void*, unsigned char* info) {
  info[24] = static_cast<unsigned char>(number("fabric", 0));
  return 0;
}
#endif
}
