#include "ask/nvml/nvml.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "ask/nvml/nvml_api.hpp"
#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

using nvml::Json;
using nvml::Nvml;
using nvml::Status;
using nvml::success;

Json error_json(const Nvml& library, const char* call, Status status) {
  return Json{{"call", call}, {"code", status}, {"text", library.text_of(status)}};
}

/// One lost device must not hide the others.
Json device_json(const Nvml& library, Status status, nvml::Device handle) {
  if (status == success) return nvml::read_device(library, handle);
  return Json{{"errors", {{"handle", library.text_of(status)}}}, {"error_codes", {{"handle", status}}}};
}

Json devices_by_index(const Nvml& library, unsigned count) {
  Json devices = Json::array();
  for (unsigned n = 0; n < count && n < 1024; ++n) {
    nvml::Device handle = nullptr;
    const Status status = library.call("nvmlDeviceGetHandleByIndex_v2", n, &handle);
    Json device{{"index", n}};
    device.update(device_json(library, status, handle));
    devices.push_back(std::move(device));
  }
  return devices;
}

/// Going by index would wake those that sleep.
Json devices_by_address(const Nvml& library, const Words& addresses) {
  Json devices = Json::array();
  for (const std::string& address : addresses) {
    nvml::Device handle = nullptr;
    const Status status = library.call("nvmlDeviceGetHandleByPciBusId_v2", address.c_str(), &handle);
    unsigned index = 0;
    Json device = Json::object();
    if (status == success && library.call("nvmlDeviceGetIndex", handle, &index) == success) device["index"] = index;
    device["pci_address"] = address;
    device.update(device_json(library, status, handle));
    devices.push_back(std::move(device));
  }
  return devices;
}

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

NvidiaGpus nvidia_gpus(const std::string& folder) {
  NvidiaGpus gpus;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::filesystem::path& device = it->path();
    if (first_line(device / "vendor") != "0x10de" || !first_line(device / "class").starts_with("0x03")) continue;
    const bool sleeps = first_line(device / "power" / "runtime_status") == "suspended";
    (sleeps ? gpus.asleep : gpus.awake).push_back(device.filename().string());
  }
  for (Words* addresses : {&gpus.awake, &gpus.asleep}) std::sort(addresses->begin(), addresses->end());
  return gpus;
}

int ask_nvml(const Words& arguments) {
  Nvml library;
  if (!library.load()) return library.report_failure();
  for (const char* symbol : {"nvmlInit_v2", "nvmlDeviceGetCount_v2", "nvmlDeviceGetHandleByIndex_v2"})
    if (!library.find<void>(symbol)) return library.report_missing(symbol);

  Json answer{{"library", library.name()}};
  char text[96] = {};
  const auto ask_text = [&](const char* key, const char* symbol) {
    if (library.call(symbol, static_cast<char*>(text), static_cast<unsigned>(sizeof text - 1)) == success)
      answer[key] = text;
  };
  ask_text("nvml_version", "nvmlSystemGetNVMLVersion");  // tells even when the driver does not answer
  if (const Status status = library.call("nvmlInit_v2"); status != success) {
    answer["error"] = error_json(library, "nvmlInit_v2", status);
    return print_answer(answer);
  }
  ask_text("driver_version", "nvmlSystemGetDriverVersion");
  int cuda = 0;  // 13000 is 13.0
  if (library.call("nvmlSystemGetCudaDriverVersion_v2", &cuda) == success)
    answer["cuda_version"] = std::to_string(cuda / 1000) + "." + std::to_string(cuda % 1000 / 10);
  unsigned count = 0;
  if (const Status status = library.call("nvmlDeviceGetCount_v2", &count); status != success) {
    answer["error"] = error_json(library, "nvmlDeviceGetCount_v2", status);
  } else {
    answer["device_count"] = count;
    const char* may_wake = std::getenv(ask_wake_variable);
    NvidiaGpus gpus;
    if (!may_wake || *may_wake == '\0') gpus = nvidia_gpus("/sys/bus/pci/devices");
    if (!arguments.empty())
      answer["devices"] = devices_by_address(library, arguments);
    else if (!gpus.asleep.empty())
      answer["devices"] = devices_by_address(library, gpus.awake);
    else
      answer["devices"] = devices_by_index(library, count);
    if (!gpus.asleep.empty()) answer["asleep"] = gpus.asleep;
  }
  library.call("nvmlShutdown");
  return print_answer(answer);
}

}  // namespace rigfit
