#include <fmt/format.h>

#include <map>

#include "probes/rocm/gpu.hpp"
#include "probes/text/text.hpp"

namespace rigfit {

std::string gfx_of(std::int64_t version) {
  const std::int64_t major = version / 10000, minor = version / 100 % 100, stepping = version % 100;
  if (version <= 0 || major > 99 || minor > 15 || stepping > 15) return "";
  return fmt::format("gfx{}{:x}{:x}", major, minor, stepping);
}

// simd_count 456
// gfx_target_version 90402
// location_id 1280          (bus << 8 | device << 3 | function)
// drm_render_minor 128
KfdTopology read_kfd(const Evidence& evidence) {
  KfdTopology topology;
  for (const std::string& path : evidence.expand("/sys/class/kfd/kfd/topology/nodes/*/properties")) {
    const std::string_view text = evidence.text(path);
    if (text.empty()) continue;
    topology.found = true;
    std::map<std::string_view, std::int64_t> values;
    for (const std::string_view line : lines_of(text))
      if (const auto words = words_of(line); words.size() == 2)
        if (const auto number = whole_number(words[1])) values[words[0]] = *number;
    const auto at = [&](std::string_view key) { return values.count(key) ? values[key] : 0; };
    if (at("simd_count") == 0) {
      topology.cpu_nodes += at("cpu_cores_count") > 0;
      continue;
    }
    AmdGpu gpu;
    const std::string folder = path.substr(0, path.rfind('/'));
    gpu.node = whole_number(folder.substr(folder.rfind('/') + 1));
    gpu.gfx = gfx_of(at("gfx_target_version"));
    if (at("device_id") > 0) gpu.device_id = fmt::format("{:04x}", at("device_id") & 0xffff);
    // A partition's simd_count is its own; simd_per_cu tells the units.
    if (const std::int64_t per_unit = at("simd_per_cu"); per_unit > 0) gpu.compute_units = at("simd_count") / per_unit;
    if (values.count("location_id")) {
      const std::int64_t location = at("location_id");
      gpu.address = fmt::format("{:04x}:{:02x}:{:02x}.{}", at("domain") & 0xffffffff, location >> 8 & 0xff,
                                location >> 3 & 0x1f, location & 7);
    }
    if (at("drm_render_minor") > 0) gpu.render_minor = at("drm_render_minor");
    std::int64_t memory = 0;
    // Heap types 1 (public) and 2 (private) lie in the GPU's own memory.
    for (const std::string& bank : evidence.expand(folder + "/mem_banks/*/properties")) {
      std::int64_t heap = -1, size = 0;
      for (const std::string_view line : lines_of(evidence.text(bank)))
        if (const auto words = words_of(line); words.size() == 2) {
          if (words[0] == "heap_type") heap = whole_number(words[1]).value_or(-1);
          if (words[0] == "size_in_bytes") size = whole_number(words[1]).value_or(0);
        }
      if (heap == 1 || heap == 2) memory += size;
    }
    if (memory > 0) gpu.memory_bytes = memory;
    topology.gpus.push_back(std::move(gpu));
  }
  return topology;
}

}  // namespace rigfit
