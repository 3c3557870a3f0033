#include "ask/level_zero/level_zero_lists.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace rigfit::level_zero {

// ze_result_t, those that tell something about a machine.
std::string text_of(Result result) {
  switch (result) {
    case 0x1:
      return "not ready";
    case 0x70000001:
      return "device lost";
    case 0x70000002:
      return "out of host memory";
    case 0x70000003:
      return "out of device memory";
    case 0x70010000:
      return "insufficient permissions";
    case 0x70010001:
      return "not available";
    case 0x70020000:
      return "a library it needs is missing";
    case 0x78000001:
      return "uninitialized: no driver for a device was found";
    case 0x78000003:
      return "unsupported feature";
    case 0x78000020:
      return "the device is in survivability mode: its firmware needs an update";
    case 0x7ffffffe:
      return "unknown error";
    default:
      return "error";
  }
}

std::string address_text(const PciAddress& address) {
  char text[48];
  std::snprintf(text, sizeof text, "%04x:%02x:%02x.%x", address.domain, address.bus, address.device, address.function);
  return text;
}

nlohmann::ordered_json error_json(const char* call, Result result) {
  return {{"call", call}, {"code", result}, {"text", text_of(result)}};
}

Started start(const Library& library, std::vector<Handle>& drivers) {
  if (auto* init_drivers = library.find<Result(std::uint32_t*, Handle*, InitDriverType*)>("zeInitDrivers")) {
    InitDriverType type;
    const auto list = [&](std::uint32_t* count, Handle* out) { return init_drivers(count, out, &type); };
    return {"zeInitDrivers", list_all(list, drivers)};
  }
  auto* init = library.find<Result(std::uint32_t)>("zeInit");
  if (!init) return {"zeInit", not_there};
  if (const Result result = init(init_gpu_only); result != success) return {"zeInit", result};
  auto* list = library.find<Result(std::uint32_t*, Handle*)>("zeDriverGet");
  return {"zeDriverGet", list ? list_all(list, drivers) : not_there};
}

}  // namespace rigfit::level_zero
