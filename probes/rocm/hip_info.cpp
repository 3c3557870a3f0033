#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "probes/parse/text.hpp"
#include "probes/rocm/tools.hpp"

namespace rigfit {
namespace {

/// "23.98 GB", by which hipInfo means GiB.
std::optional<std::int64_t> bytes_in(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != 2 || words[1] != "GB") return std::nullopt;
  const std::string number(words[0]);
  char* end = nullptr;
  const double gib = std::strtod(number.c_str(), &end);
  constexpr double most = 1 << 20;
  if (end == number.c_str() || !std::isfinite(gib) || gib <= 0 || gib > most) return std::nullopt;
  return static_cast<std::int64_t>(gib * (1 << 30));
}

struct Place {
  std::int64_t domain = 0, bus = -1, device = 0;
};

std::string address_of(const Place& place) {
  const bool is_sane = place.bus >= 0 && place.bus < 256 && place.device >= 0 && place.device < 32 &&
                       place.domain >= 0 && place.domain < 65536;
  return is_sane ? fmt::format("{:04x}:{:02x}:{:02x}.0", place.domain, place.bus, place.device) : "";
}

}  // namespace

// device#                           0
// Name:                             AMD Radeon RX 7900 XTX
// pciBusID:                         3
// totalGlobalMem:                   23.98 GB
// gcnArchName:                      gfx1100
// https://github.com/ROCm/rocm-systems/blob/develop/projects/hip-tests/samples/1_Utils/hipInfo/hipInfo.cpp
RocmTool parse_hip_info(std::string_view text) {
  RocmTool tool;
  Place place;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view content = trimmed(line);
    if (contains(content, "no ROCm-capable device is detected")) {
      tool.failure = "hip_no_device";
      tool.message = "no ROCm-capable device is detected";
    }
    if (content.starts_with("device#")) {
      const auto index = whole_number(trimmed(content.substr(std::string_view("device#").size())));
      if (!index) continue;
      tool.gpus.emplace_back().index = *index;
      place = {};
    }
    const auto pair = key_value(content);
    if (!pair || tool.gpus.empty()) continue;
    const auto& [key, value] = *pair;
    AmdGpu& gpu = tool.gpus.back();
    if (key == "Name") gpu.name = printed_value(value);
    if (key == "gcnArchName") gpu.gfx = printed_value(value.substr(0, value.find(':')));
    if (key == "totalGlobalMem") gpu.memory_bytes = bytes_in(trimmed(value));
    if (key == "pciDomainID") place.domain = whole_number(trimmed(value)).value_or(0);
    if (key == "pciBusID") place.bus = whole_number(trimmed(value)).value_or(-1);
    if (key == "pciDeviceID") place.device = whole_number(trimmed(value)).value_or(0);
    gpu.address = address_of(place);
  }
  tool.hip_lists = !tool.gpus.empty();
  return tool;
}

}  // namespace rigfit
