#include "probes/rocm/kfd.hpp"

#include <fmt/format.h>

#include <map>

#include "probes/parse/text.hpp"
#include "probes/rocm/gfx.hpp"

namespace rigfit {

namespace {

constexpr std::string_view topology_nodes = "/sys/class/kfd/kfd/topology/nodes";

using Properties = std::map<std::string_view, std::int64_t>;

// simd_count 456
// gfx_target_version 90402
Properties properties_in(std::string_view text) {
  Properties values;
  for (const std::string_view line : lines_of(text))
    if (const auto words = words_of(line); words.size() == 2)
      if (const auto number = whole_number(words[1])) values[words[0]] = *number;
  return values;
}

std::int64_t at(const Properties& values, std::string_view key) {
  const auto it = values.find(key);
  return it == values.end() ? 0 : it->second;
}

/// Heap types 1 (the CPU reaches it) and 2 (it does not) lie in the GPU's own memory.
void read_memory(const Evidence& evidence, const std::string& folder, AmdGpu& gpu) {
  std::int64_t memory = 0;
  for (const std::string& bank : evidence.expand(folder + "/mem_banks/*/properties")) {
    const Properties values = properties_in(evidence.text(bank));
    const std::int64_t heap = at(values, "heap_type"), size = at(values, "size_in_bytes");
    if ((heap == 1 || heap == 2) && size > 0 && memory <= INT64_MAX - size) memory += size;
  }
  if (memory > 0) gpu.memory_bytes = memory;
}

/// A PCIe link (type 2) bears flags: bit 2 no 32-bit atomics, bit 3 no 64-bit atomics.
void read_link(const Evidence& evidence, const std::string& folder, AmdGpu& gpu) {
  const Properties values = properties_in(evidence.text(folder + "/io_links/0/properties"));
  if (at(values, "type") == 2 && values.count("flags")) gpu.pcie_atomics = (at(values, "flags") & 0xc) == 0;
}

// location_id 1280          bus << 8 | device << 3 | function
// drm_render_minor 128
AmdGpu read_gpu(const Evidence& evidence, const std::string& folder, const Properties& values) {
  AmdGpu gpu;
  gpu.in_kfd = true;
  gpu.node = whole_number(folder.substr(folder.rfind('/') + 1));
  gpu.gfx = gfx_of(at(values, "gfx_target_version"));
  if (at(values, "device_id") > 0) gpu.device_id = fmt::format("{:04x}", at(values, "device_id") & 0xffff);
  if (const std::int64_t per_unit = at(values, "simd_per_cu"); per_unit > 0)
    gpu.compute_units = at(values, "simd_count") / per_unit;
  if (at(values, "num_xcc") > 0) gpu.dies = at(values, "num_xcc");
  if (values.count("location_id")) {
    const std::int64_t location = at(values, "location_id");
    gpu.address = fmt::format("{:04x}:{:02x}:{:02x}.{}", at(values, "domain") & 0xffffffff, location >> 8 & 0xff,
                              location >> 3 & 0x1f, location & 7);
  }
  if (at(values, "drm_render_minor") > 0) gpu.render_minor = at(values, "drm_render_minor");
  read_memory(evidence, folder, gpu);
  read_link(evidence, folder, gpu);
  return gpu;
}

}  // namespace

KfdTopology read_kfd(const Evidence& evidence) {
  KfdTopology topology;
  topology.absent = evidence.list(topology_nodes).absent();
  // Nodes are numbered, and sorted by number: 2 before 10.
  std::map<std::int64_t, std::string> folders;
  for (const char* name : {"/*/properties", "/*/gpu_id"})
    for (const std::string& path : evidence.expand(std::string(topology_nodes) + name)) {
      const std::string folder = path.substr(0, path.rfind('/'));
      if (const auto number = whole_number(folder.substr(folder.rfind('/') + 1))) folders.emplace(*number, folder);
    }
  for (const auto& [number, folder] : folders) {
    const Answer& text = evidence.file(folder + "/properties");
    if (text.outcome == Outcome::denied) ++topology.closed_nodes;
    if (text.text.empty()) continue;
    topology.found = true;
    const Properties values = properties_in(text.text);
    if (at(values, "simd_count") == 0) {
      topology.cpu_nodes += at(values, "cpu_cores_count") > 0;
      continue;
    }
    AmdGpu gpu = read_gpu(evidence, folder, values);
    // The kernel refuses this one file to a process whose device cgroup does not hold the GPU.
    gpu.allotted = evidence.file(folder + "/gpu_id").outcome != Outcome::denied;
    topology.gpus.push_back(std::move(gpu));
  }
  return topology;
}

}  // namespace rigfit
