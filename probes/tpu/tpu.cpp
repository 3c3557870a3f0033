#include "probes/tpu/tpu.hpp"

#include <algorithm>

#include "probes/pci/accelerator.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

// Up to v4 the driver is gasket or accel, from v5 on vfio-pci with one group a chip.
const AcceleratorKind kind{"tpu",
                           "TPU",
                           {"gasket", "accel", "google_tpu", "vfio-pci", "apex"},
                           {{"/dev", "accel", ""}, {"/dev/vfio", "", ""}, {"/dev", "apex_", ""}},
                           {"1ae0", "1ac1"},
                           [](const PciDevice& pci) {
                             return !pci.pci_class.starts_with("01") && !pci.pci_class.starts_with("02") &&
                                    !pci.pci_class.starts_with("06");
                           },
                           {},
                           ""};

Requests first_look() {
  Requests requests = pci_first_look();
  for (const char* variable : {"TPU_ACCELERATOR_TYPE", "TPU_CHIPS_PER_HOST_BOUNDS", "TPU_WORKER_ID", "PJRT_DEVICE"})
    requests.push_back(env(variable));
  return requests;
}

Requests next(const Evidence& evidence, const DeviceTable&) { return accelerator_next(evidence, kind); }

/// "2,2,1" → 4
std::optional<std::int64_t> chips_of(std::string_view bounds) {
  std::int64_t chips = 1;
  for (const std::string_view part : split(bounds, ',')) {
    const auto number = whole_number(part);
    if (!number || *number < 1 || *number > 64) return std::nullopt;
    chips *= *number;
  }
  return chips;
}

// Libtpu version: 0.0.19
// Accelerator type: v6e
// | /dev/vfio/0 | TPU v6e chip | 1       | 1469584 |
// | 0    | 18.45 GiB / 31.25 GiB |    100.00% |
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

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Platform platform = read_accelerator(evidence, table, kind);
  conclude(evidence, kind, platform);
  for (const auto& [line, answer] : evidence.commands("tpu-info"))
    if (platform.devices.empty()) read_tpu_info(answer->text, {"command:" + std::string(line)}, platform);
  // The instance's own description, as the metadata server or the environment gives it.
  std::string type, bounds, worker;
  std::vector<std::string> source;
  for (const auto& [key, answer] : evidence.answers) {
    if (!key.starts_with("ask:gce-metadata") || !contains(key, "tpu-env")) continue;
    source = {key};
    for (const std::string_view row : lines_of(answer.text))
      if (const auto pair = key_value(row)) {
        std::string_view value = pair->second;
        if (value.size() > 1 && value.front() == '\'') value = value.substr(1, value.size() - 2);
        if (pair->first == "ACCELERATOR_TYPE") type = value;
        if (pair->first == "CHIPS_PER_HOST_BOUNDS") bounds = value;
        if (pair->first == "WORKER_ID") worker = value;
      }
  }
  if (type.empty() && evidence.env("TPU_ACCELERATOR_TYPE").found())
    type = evidence.env("TPU_ACCELERATOR_TYPE").text, bounds = evidence.env("TPU_CHIPS_PER_HOST_BOUNDS").text,
    worker = evidence.env("TPU_WORKER_ID").text, source = {"env:TPU_ACCELERATOR_TYPE"};
  if (!type.empty()) {
    platform.facts.set("accelerator_type", type, source);
    platform.facts.set("generation", type.substr(0, type.find('-')), source);
    platform.facts.set("environment", true, source);
  }
  if (!bounds.empty()) platform.facts.set("chips_per_host_bounds", bounds, source);
  if (const auto chips = chips_of(bounds); chips && !bounds.empty()) platform.facts.set("chips", *chips, source);
  if (const auto id = whole_number(worker)) platform.facts.set("worker_id", *id, source);
  const auto is_edge = [](const Device& device) {
    const std::string* device_kind = device.facts.get<std::string>("kind");
    return device_kind && *device_kind == "edge_tpu";
  };
  const std::size_t edges =
      static_cast<std::size_t>(std::count_if(platform.devices.begin(), platform.devices.end(), is_edge));
  platform.facts.set("edge_only", edges > 0 && edges == platform.devices.size(), {});
  if (platform.devices.size() > edges && !platform.facts.has("chips"))
    platform.facts.set("chips", static_cast<std::int64_t>(platform.devices.size() - edges),
                       platform.layers[Layer::bus].sources);
  for (const Device& device : platform.devices)
    if (const std::string* generation = device.facts.get<std::string>("generation");
        generation && !platform.facts.has("generation"))
      platform.facts.set("generation", *generation, device.facts.at("generation").sources);
  Facts facts;
  facts.platforms.push_back(std::move(platform));
  return facts;
}

const Requests looks_at = first_look();

}  // namespace

const Probe tpu_probe{"tpu", looks_at, next, read};

}  // namespace rigfit
