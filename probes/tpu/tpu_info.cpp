#include "probes/tpu/tpu_info.hpp"

#include <algorithm>
#include <set>

#include "fact_names/device.hpp"
#include "fact_names/tpu.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

/// Tables are drawn with | or with box characters, as the terminal allows: ┃ in their heads, │ below.
std::string with_plain_bars(std::string_view text) {
  std::string plain;
  for (std::size_t n = 0; n < text.size(); ++n)
    if (const std::string_view three = text.substr(n, 3); three == "│" || three == "┃")
      plain += '|', n += 2;
    else
      plain += text[n];
  return plain;
}

/// "TPU v3 chip" → "v3"
std::string generation_in(std::string_view chip) {
  const auto words = words_of(chip);
  return words.size() > 1 && words[0] == "TPU" ? std::string(words[1]) : "";
}

}  // namespace

TpuListing parse_tpu_info(std::string_view text) {
  TpuListing listing;
  const std::string plain = with_plain_bars(text);
  std::set<std::string, std::less<>> rows_of_memory;
  std::optional<std::int64_t> memory;
  for (const std::string_view line : lines_of(plain)) {
    const auto cells = split(line, '|');
    if (cells.size() < 3) {
      const auto pair = key_value(line);
      if (!pair || says_nothing(pair->second) || pair->second.starts_with("N/A")) continue;
      // With --version each line begins with a dash.
      const std::string key = lower(pair->first.starts_with("- ") ? pair->first.substr(2) : pair->first);
      if (key == "libtpu version") listing.libtpu_version = pair->second;
      if (key == "accelerator type") listing.accelerator_type = pair->second;
      continue;
    }
    if (cells[1].starts_with("/dev/")) {
      if (std::find(listing.nodes.begin(), listing.nodes.end(), cells[1]) == listing.nodes.end())
        listing.nodes.emplace_back(cells[1]);
      if (listing.generation.empty()) listing.generation = generation_in(cells[2]);
    }
    if (const std::size_t slash = cells[2].find(" / "); slash != std::string_view::npos && contains(cells[2], "GiB")) {
      memory = size_bytes(cells[2].substr(slash + 3));
      rows_of_memory.emplace(cells[1]);
    }
  }
  if (listing.generation.empty()) listing.generation = listing.accelerator_type;
  // Chips of the first generations show as two devices, each with its half of the memory.
  const std::size_t halves = !listing.nodes.empty() && rows_of_memory.size() == 2 * listing.nodes.size() ? 2 : 1;
  if (memory) listing.memory_bytes_per_chip = *memory * static_cast<std::int64_t>(halves);
  return listing;
}

void read_tpu_info(std::string_view text, const std::vector<std::string>& source, Platform& platform) {
  const TpuListing listing = parse_tpu_info(text);
  const std::string& generation = listing.generation;
  const std::optional<std::int64_t>& memory = listing.memory_bytes_per_chip;
  if (!listing.libtpu_version.empty()) platform.facts.set(fact::tpu::libtpu_version, listing.libtpu_version, source);
  if (!listing.accelerator_type.empty())
    platform.facts.set(fact::tpu::accelerator_type, listing.accelerator_type, source);
  if (!generation.empty()) platform.facts.set(fact::tpu::generation, generation, source);
  if (memory) platform.facts.set(fact::tpu::hbm_bytes_per_chip, *memory, source);
  if (listing.nodes.empty()) return;
  const NoValue unknown = Fact::unknown("tpu-info does not tell", source);
  for (const std::string& path : listing.nodes) {
    Device device;
    device.facts.set(fact::device::name, generation.empty() ? "Cloud TPU" : "Cloud TPU " + generation, source);
    device.facts.set(fact::device::architecture, generation.empty() ? unknown : Fact::of(generation, source));
    device.facts.set(fact::device::generation, generation.empty() ? unknown : Fact::of(generation, source));
    device.facts.set(fact::device::kind, std::string("tpu"), source);
    device.facts.set(fact::device::path, path, source);
    device.facts.set(fact::device::memory_total_bytes,
                     memory ? Fact::of(*memory, source) : Fact::unknown("not reported", source));
    for (const Layer layer :
         {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library, Layer::runtime_init})
      device.layers.set(layer, Truth::yes, "tpu-info lists it", source);
    device.layers[Layer::kernel_run] = LayerState::untried("not tried");
    device.state = state_of(device.layers);
    device.because = "tpu-info lists it";
    platform.devices.push_back(std::move(device));
  }
  platform.layers = platform.devices.front().layers;
  platform.state = State::ready;
  platform.because = std::to_string(listing.nodes.size()) + " chips, says tpu-info";
}

}  // namespace rigfit
