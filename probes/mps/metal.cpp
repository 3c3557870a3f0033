#include "probes/mps/metal.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "probes/parse/json_fields.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

std::optional<std::int64_t> positive(const Json& object, const char* key) {
  const auto number = json_integer(object, key);
  return number && *number > 0 ? number : std::nullopt;
}

}  // namespace

MetalDevices parse_metal(std::string_view json) {
  MetalDevices all;
  const Json document = Json::parse(json, nullptr, false);
  const Json* devices = json_member(document, "devices");
  if (!devices || !devices->is_array()) return all;
  all.answered = true;
  for (const Json& one : *devices) {
    if (!one.is_object()) continue;
    MetalDevice device;
    device.name = json_text(one, "name");
    device.architecture = json_text(one, "architecture");
    if (const Json* families = json_member(one, "families"); families && families->is_array())
      for (const Json& family : *families)
        if (family.is_string()) device.families.push_back(family.get<std::string>());
    device.working_set_bytes = positive(one, "recommended_working_set_bytes");
    device.max_buffer_bytes = positive(one, "max_buffer_bytes");
    device.unified_memory = json_flag(one, "unified_memory");
    device.low_power = json_flag(one, "low_power");
    device.removable = json_flag(one, "removable");
    all.devices.push_back(std::move(device));
  }
  return all;
}

std::string apple_family(const std::vector<std::string>& families) {
  std::int64_t newest = 0;
  for (const std::string& family : families)
    if (family.starts_with("apple")) newest = std::max(newest, whole_number(family.substr(5)).value_or(0));
  return newest > 0 ? "Apple " + std::to_string(newest) : "";
}

// +-o AGXAcceleratorG15X  <class AGXAcceleratorG15X, id 0x100000522, registered, matched, active>
//     {
//       "gpu-core-count" = 18
//       "model" = "Apple M3 Pro"
IoregGpu parse_ioreg(std::string_view text) {
  IoregGpu gpu;
  for (const std::string_view line : lines_of(text)) {
    const auto pair = key_value(line, '=');
    if (!pair) continue;
    std::string_view value = pair->second;
    if (pair->first == "\"gpu-core-count\"" && !gpu.cores) gpu.cores = whole_number(value);
    if (pair->first == "\"model\"" && value.size() > 2 && value.front() == '"' && value.back() == '"')
      gpu.model = value.substr(1, value.size() - 2);
  }
  return gpu;
}

// Where Metal itself is not asked: two thirds of the memory up to 32 GiB, three quarters above, as start-up logs show
// it (64 GiB: 75 to 81 %). https://github.com/ggml-org/llama.cpp/discussions/2182 (2023)
std::optional<WorkingSet> working_set(std::optional<std::int64_t> metal, std::optional<std::int64_t> wired_limit_mib,
                                      std::optional<std::int64_t> memory_bytes) {
  if (metal) return WorkingSet{*metal, "Metal"};
  if (!memory_bytes || *memory_bytes <= 0) return std::nullopt;
  constexpr std::int64_t most_mib = std::int64_t{1} << 40;
  if (wired_limit_mib && *wired_limit_mib > 0 && *wired_limit_mib < most_mib)
    return WorkingSet{std::min(*wired_limit_mib << 20, *memory_bytes), "iogpu.wired_limit_mb"};
  if (*memory_bytes <= std::int64_t{32} << 30)
    return WorkingSet{*memory_bytes / 3 * 2, "an estimate: two thirds of the memory"};
  return WorkingSet{*memory_bytes / 4 * 3, "an estimate: three quarters of the memory"};
}

}  // namespace rigfit
