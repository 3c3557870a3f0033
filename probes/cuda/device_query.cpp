#include <fmt/format.h>

#include "fact_names/device.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

// "12.4 / 12.4": what the driver supports, then what the program was built with.
void take_driver_version(std::string& version, std::string_view reported) {
  const auto words = words_of(reported);
  if (version.empty() && !words.empty() && words[0].front() >= '0' && words[0].front() <= '9') version = words[0];
}

std::optional<bool> said_yes(std::string_view value) {
  if (value == "Yes" || value == "Enabled") return true;
  if (value == "No" || value == "Disabled") return false;
  return std::nullopt;
}

void take_line(ListedGpu& gpu, std::string_view key, std::string_view value) {
  if (key.starts_with("CUDA Capability Major") && !says_nothing(value)) gpu.compute_capability = value;
  if (const std::size_t open = value.find('('); key == "Total amount of global memory" && open != value.npos) {
    gpu.memory_bytes = size_bytes(value.substr(open + 1, value.find(')') - open - 1));
    if (!gpu.instances.empty()) gpu.instances.back().memory_bytes = gpu.memory_bytes;
  }
  if (key.starts_with("CUDA Device Driver Mode"))
    if (const auto words = words_of(value); !words.empty()) gpu.driver_model = words[0];
  if (key == "Device has ECC support") gpu.ecc = said_yes(value);
  for (const auto& [line, fact] : {std::pair{"Integrated GPU sharing Host Memory", fact::device::integrated},
                                   {"Device supports Unified Addressing (UVA)", fact::device::unified_addressing},
                                   {"Device supports Managed Memory", fact::device::managed_memory}})
    if (const auto said = said_yes(value); said && key == line) gpu.more.set(fact, *said, {});
  if (key.starts_with("Device PCI Domain ID"))
    if (const auto ids = split(value, '/'); ids.size() == 3) {
      const auto domain = whole_number(ids[0]), bus = whole_number(ids[1]), device = whole_number(ids[2]);
      if (domain && bus && device && *domain >= 0 && *bus >= 0 && *bus < 256 && *device >= 0 && *device < 32)
        gpu.pci_address = fmt::format("{:04x}:{:02x}:{:02x}.0", *domain, *bus, *device);
    }
}

}  // namespace

void take_product_name(ListedGpu& gpu, std::string_view name) {
  constexpr std::string_view mark = " MIG ";
  const std::size_t mig = name.find(mark);
  gpu.name = name.substr(0, mig);
  if (mig == name.npos) return;
  gpu.mig = true;
  gpu.instances.push_back({std::string(name.substr(mig + mark.size())), std::nullopt});
}

// Device 0: "NVIDIA A10"
//   CUDA Driver Version / Runtime Version          12.4 / 12.4
//   CUDA Capability Major/Minor version number:    8.6
//   Total amount of global memory:                 22592 MBytes (23689166848 bytes)
//   CUDA Device Driver Mode (TCC or WDDM):         WDDM (Windows Display Driver Model)
//   Device PCI Domain ID / Bus ID / location ID:   0 / 59 / 0
//
// or, where CUDA does not start:
//
// cudaGetDeviceCount returned 100
// -> no CUDA-capable device is detected
// Result = FAIL
CudaInventory parse_device_query(std::string_view text) {
  CudaInventory inventory;
  for (const std::string_view row : lines_of(text)) {
    const std::string_view line = trimmed(row);
    constexpr std::string_view versions = "CUDA Driver Version / Runtime Version", returned = "returned ",
                               reason = "-> ";
    if (line.starts_with(versions)) take_driver_version(inventory.supported_version, line.substr(versions.size()));
    if (const std::size_t at = line.find(returned); at != line.npos && line.starts_with("cu"))
      if (leading_number(line.substr(at + returned.size())).value_or(0) > 0)
        inventory.failure = "init_failed", inventory.failure_text = line;
    if (line.starts_with(reason) && !inventory.failure.empty())
      inventory.failure_text += ": " + std::string(line.substr(reason.size()));
    const auto pair = key_value(line);
    if (!pair) continue;
    const auto& [key, value] = *pair;
    if (key == "CUDA Driver Version") take_driver_version(inventory.supported_version, value);  // deviceQueryDrv
    if (const auto index = key.starts_with("Device ") ? whole_number(key.substr(7)) : std::nullopt) {
      ListedGpu& gpu = inventory.gpus.emplace_back();
      gpu.more.set(fact::device::cuda_index, *index, {});
      std::string_view name = value;
      if (name.size() > 1 && name.front() == '"') name = name.substr(1, name.find('"', 1) - 1);
      take_product_name(gpu, name);
    }
    if (!inventory.gpus.empty()) take_line(inventory.gpus.back(), key, value);
  }
  inventory.answered = !inventory.gpus.empty();
  return inventory;
}

}  // namespace rigfit
