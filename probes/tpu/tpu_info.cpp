#include "probes/tpu/tpu_info.hpp"

#include "probes/text/text.hpp"

namespace rigfit {

// Libtpu version: 0.0.19
// Accelerator type: v6e
// | /dev/vfio/0 | TPU v6e chip | 1       | 1469584 |
// | 0    | 18.45 GiB / 31.25 GiB |    100.00% |
// https://github.com/AI-Hypercomputer/cloud-accelerator-diagnostics (2026)
void read_tpu_info(std::string_view text, const std::vector<std::string>& source, Platform& platform) {
  std::vector<std::string> nodes;
  std::string type;
  std::optional<std::int64_t> memory;
  for (const std::string_view line : lines_of(text)) {
    if (const auto pair = key_value(line)) {
      if (pair->first == "Libtpu version") platform.facts.set("libtpu_version", std::string(pair->second), source);
      if (pair->first == "Accelerator type") type = pair->second;
    }
    const auto cells = split(line, '|');
    if (cells.size() > 3 && cells[1].starts_with("/dev/")) nodes.emplace_back(cells[1]);
    if (const std::size_t slash = line.find(" / "); cells.size() > 3 && slash != line.npos && contains(line, "GiB"))
      memory = size_bytes(trimmed(line.substr(slash + 3, line.find('|', slash) - slash - 3)));
  }
  if (nodes.empty()) return;
  platform.facts.set("accelerator_type", type, source);
  platform.facts.set("generation", type, source);
  if (memory) platform.facts.set("hbm_bytes_per_chip", *memory, source);
  for (const std::string& path : nodes) {
    Device device;
    device.facts.set("name", "Cloud TPU " + type, source);
    device.facts.set("architecture", type, source);
    device.facts.set("generation", type, source);
    device.facts.set("kind", std::string("tpu"), source);
    device.facts.set("path", path, source);
    device.facts.set("memory_total_bytes", memory ? Fact::of(*memory, source) : Fact::unknown("not told", source));
    for (const Layer layer :
         {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library, Layer::runtime_init})
      device.layers.set(layer, Truth::yes, "tpu-info lists it", source);
    device.layers.set(Layer::kernel_run, Truth::unknown, "not tried");
    device.state = state_of(device.layers);
    platform.devices.push_back(std::move(device));
  }
  platform.layers = platform.devices.front().layers;
  platform.state = State::ready;
  platform.because = std::to_string(nodes.size()) + " chips, says tpu-info";
}

}  // namespace rigfit
