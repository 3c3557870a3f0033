#include "ask/hip/hip.hpp"

#include <nlohmann/json.hpp>

#include "ask/hip/hip_api.hpp"

namespace rigfit {
namespace {

using hip::Hip;
using hip::Json;
using hip::Status;
using hip::success;

Json read_device(const Hip& runtime, int index) {
  Json device{{"index", index}};
  const auto note = [&](const char* what, Status status) {
    if (status != success && status != Hip::missing)
      device["errors"][what] = runtime.error(what, status).value("text", std::to_string(status));
  };
  char name[256] = {};
  const Status named =
      runtime.call("hipDeviceGetName", static_cast<char*>(name), static_cast<int>(sizeof name - 1), index);
  if (named == success && name[0] != '\0') device["name"] = name;
  note("name", named);
  if (const std::string address = runtime.pci_address(index); !address.empty()) device["pci_address"] = address;
  if (const std::string target = runtime.target(index); !target.empty()) {
    const std::size_t colon = target.find(':');
    device["architecture"] = target.substr(0, colon);
    if (colon != std::string::npos) device["features"] = target.substr(colon + 1);
  }
  if (const auto value = runtime.attribute(hip::integrated, index)) device["integrated"] = *value == 1;
  if (const auto value = runtime.attribute(hip::multiprocessor_count, index)) device["compute_units"] = *value;
  if (const auto value = runtime.attribute(hip::warp_size, index)) device["wavefront"] = *value;
  std::size_t bytes = 0;
  const Status sized = runtime.call("hipDeviceTotalMem", &bytes, index);
  if (sized == success) device["memory_total_bytes"] = bytes;
  note("memory", sized);
  return device;
}

}  // namespace

int ask_hip(const Words&) {
  Hip runtime;
  if (!runtime.load()) return runtime.library().report_failure();
  for (const char* symbol : {"hipInit", "hipGetDeviceCount"})
    if (!runtime.library().find<void()>(symbol)) return runtime.library().report_missing(symbol);
  Json answer{{"library", runtime.library().name()}};
  if (const Status status = runtime.call("hipInit", 0U); status != success) {
    answer["error"] = runtime.error("hipInit", status);
    return print_answer(answer);
  }
  int version = 0;
  if (runtime.call("hipRuntimeGetVersion", &version) == success) answer["runtime_version"] = hip::version_text(version);
  if (runtime.call("hipDriverGetVersion", &version) == success) answer["driver_version"] = hip::version_text(version);
  int count = 0;
  const Status counted = runtime.call("hipGetDeviceCount", &count);
  if (counted != success && counted != hip::no_device) {
    answer["error"] = runtime.error("hipGetDeviceCount", counted);
    return print_answer(answer);
  }
  if (counted == hip::no_device) answer["error"] = runtime.error("hipGetDeviceCount", counted);
  answer["device_count"] = counted == success ? count : 0;
  answer["devices"] = Json::array();
  for (int n = 0; counted == success && n < count && n < 1024; ++n)
    answer["devices"].push_back(read_device(runtime, n));
  return print_answer(answer);
}

}  // namespace rigfit
