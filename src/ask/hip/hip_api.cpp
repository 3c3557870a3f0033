#include "ask/hip/hip_api.hpp"

#include <cstring>
#include <nlohmann/json.hpp>
#include <vector>

namespace rigfit::hip {

bool Hip::load() {
  return library_.load({"libamdhip64.so.7", "/opt/rocm/lib/libamdhip64.so.7", "/opt/rocm/core/lib/libamdhip64.so.7",
                        "libamdhip64.so.6", "/opt/rocm/lib/libamdhip64.so.6", "libamdhip64.so.5",
                        "/opt/rocm/lib/libamdhip64.so.5"});
}

std::string Hip::major() const { return library_.name().substr(library_.name().rfind('.') + 1); }

Json Hip::error(const char* symbol, Status status) const {
  Json error{{"call", symbol}, {"code", status}};
  if (status == missing) {
    error["text"] = library_.name() + " has no such function";
    return error;
  }
  const auto add = [&](const char* key, const char* function_name) {
    auto* function = library_.find<const char*(Status)>(function_name);
    const char* text = function ? function(status) : nullptr;
    if (text) error[key] = text;
  };
  add("name", "hipGetErrorName");
  add("text", "hipGetErrorString");
  return error;
}

std::optional<int> Hip::attribute(Attribute attribute, int device) const {
  int value = 0;
  if (call("hipDeviceGetAttribute", &value, static_cast<int>(attribute), device) != success) return std::nullopt;
  return value;
}

std::string Hip::pci_address(int device) const {
  char text[64] = {};
  if (call("hipDeviceGetPCIBusId", static_cast<char*>(text), static_cast<int>(sizeof text - 1), device) != success)
    return "";
  std::string address = text;
  for (char& c : address)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return address;
}

// The structure's layout changed with ROCm 6, and the old name still fills the old one:
// https://github.com/llvm/llvm-project/pull/167695. Only what reads as a target is believed.
std::string Hip::target(int device) const {
  struct Layout {
    const char* symbol;
    std::size_t offset;  // of gcnArchName
  };
  for (const auto& [symbol, offset] :
       {Layout{"hipGetDevicePropertiesR0600", 1160}, Layout{"hipGetDevicePropertiesR0000", 396},
        Layout{"hipGetDeviceProperties", 396}}) {
    std::vector<char> properties(16384);
    if (call(symbol, static_cast<void*>(properties.data()), device) != success) continue;
    std::string name(properties.data() + offset, ::strnlen(properties.data() + offset, 256));
    if (name.starts_with("gfx") &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789:+-_") == std::string::npos)
      return name;
  }
  return "";
}

std::string version_text(int version) {
  if (version <= 0) return "";
  return std::to_string(version / 10000000) + "." + std::to_string(version / 100000 % 100) + "." +
         std::to_string(version % 100000);
}

}  // namespace rigfit::hip
