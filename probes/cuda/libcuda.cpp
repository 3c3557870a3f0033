#include "probes/cuda/libcuda.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "probes/parse/json_fields.hpp"
#include "probes/parse/text.hpp"
#include "probes/proof/proof.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

constexpr std::string_view asked = "ask:cuda", proof_key = "ask:prove-cuda ", library_name = "libcuda";

std::string value_text(const PlatformFacts& facts, AnyPlatformFact name) {
  const Fact& fact = facts.at(name);
  return fact.value ? to_text(*fact.value) : "";
}

ListedGpu read_cuda_gpu(const Json& device) {
  ListedGpu gpu;
  take_product_name(gpu, json_text(device, "name"));
  gpu.pci_address = sysfs_address(json_text(device, "pci_address"));
  // A GPU that is part of the chip has no place on the bus.
  if (gpu.pci_address == "0000:00:00.0") gpu.pci_address.clear();
  gpu.compute_capability = json_text(device, "compute_capability");
  gpu.memory_bytes = json_integer(device, "memory_total_bytes");
  // What CUDA tells of an instance is not the GPU's.
  if (!gpu.instances.empty()) std::swap(gpu.instances.back().memory_bytes, gpu.memory_bytes);
  const Taker own(device, gpu.more);
  own.count("index", fact::device::cuda_index);
  own.flag("integrated", fact::device::integrated);
  own.flag("unified_addressing", fact::device::unified_addressing);
  own.flag("managed_memory", fact::device::managed_memory);
  if (const Json* errors = json_member(device, "errors"))
    if (const Json* error = json_member(*errors, "device")) gpu.error = describe_error(*error);
  return gpu;
}

Device* device_of(Platform& platform, std::int64_t cuda_index) {
  for (Device& device : platform.devices)
    if (const auto* index = device.facts.get(fact::device::cuda_index); index && *index == cuda_index) return &device;
  return nullptr;
}

}  // namespace

CudaInventory parse_libcuda(std::string_view json) {
  CudaInventory inventory;
  const Json answer = Json::parse(json, nullptr, false);
  const Taker own(answer, inventory.more);
  if (const Json* init = json_member(answer, "init")) {
    const Taker reported(*init, inventory.more);
    reported.count("code", fact::cuda::init_code);
    reported.word("name", fact::cuda::init_error);
    reported.word("text", fact::cuda::init_message);
    reported.real("seconds", fact::cuda::init_seconds);
  }
  own.count("device_count", fact::cuda::runtime_device_count);
  own.word("file", fact::cuda::library_file);
  own.flag("is_compat", fact::cuda::library_is_compat);
  if (const auto version = Version::parse(json_text(answer, "cuda_version"))) {
    inventory.more.set(fact::cuda::library_cuda_version, *version, {});
    if (json_flag(answer, "is_compat") == false) inventory.supported_version = json_text(answer, "cuda_version");
  }
  if (const Json* devices = json_member(answer, "devices"); devices && devices->is_array())
    for (const Json& device : *devices) inventory.gpus.push_back(read_cuda_gpu(device));
  return inventory;
}

Requests cuda_proof_requests(const Evidence& evidence, bool is_any_asleep) {
  Requests requests;
  const auto add = [&](Request request) {
    request = proving("cuda", std::move(request));
    requests.push_back(is_any_asleep ? waking(std::move(request)) : std::move(request));
  };
  add(ask("cuda"));  // CUDA takes hold of every device it shows, so of sleeping ones too
  if (const Answer& answer = evidence.ask("cuda"); answer.found()) {
    const std::size_t devices = parse_libcuda(answer.text).gpus.size();
    for (std::size_t n = 0; n < devices && n < 64; ++n) add(ask("prove-cuda", {std::to_string(n)}));
  }
  return requests;
}

void read_cuda_runtime(const Evidence& evidence, Platform& platform) {
  const Answer& answer = evidence.ask("cuda");
  const std::vector<std::string> source{std::string(asked)};
  if (was_asked(answer)) {
    platform.facts.set(fact::cuda::init_outcome, std::string(name_of(answer.outcome)), source);
    if (answer.found()) {
      const CudaInventory inventory = parse_libcuda(answer.text);
      platform.facts.set_all(inventory.more, source);
      if (inventory.more.has(fact::cuda::runtime_device_count))
        for (Device& device : platform.devices)
          device.facts.set(fact::device::cuda_visible, device.facts.at(fact::device::cuda_index).known(), source);
    } else {
      platform.facts.set(fact::cuda::init_message, describe_end(answer, library_name), source);
    }
  }
  for (const auto& [key, proof] : evidence.answers) {
    if (!key.starts_with(proof_key) || !was_asked(proof)) continue;
    const auto index = whole_number(std::string_view(key).substr(proof_key.size()));
    Device* device = index ? device_of(platform, *index) : nullptr;
    if (!device) continue;
    // Two instances of one GPU are one device here: what failed is reported.
    const std::string* before = device->facts.get(fact::device::proof);
    if (!before || *before == "passed") set_proof(read_proof(proof, library_name), key, *device);
  }
}

std::optional<LayerState> cuda_runtime_layer(const Evidence& evidence, const Platform& platform, const Device* device) {
  const Answer& answer = evidence.ask("cuda");
  if (!was_asked(answer)) return std::nullopt;
  const std::vector<std::string> source{std::string(asked)};
  if (!answer.found()) return LayerState{Truth::no, describe_end(answer, library_name), source};
  const auto* code = platform.facts.get(fact::cuda::init_code);
  if (!code) return LayerState{Truth::no, "libcuda's answer does not tell how cuInit ended", source};
  if (*code != 0)
    return LayerState{Truth::no,
                      fmt::format("cuInit: {} ({}), {}", value_text(platform.facts, fact::cuda::init_error), *code,
                                  value_text(platform.facts, fact::cuda::init_message)),
                      source};
  const auto* count = platform.facts.get(fact::cuda::runtime_device_count);
  if (!count) return LayerState{Truth::unknown, "CUDA did not tell how many devices there are", source};
  if (*count == 0) return LayerState{Truth::no, "CUDA shows no device to this process", source};
  const bool* is_visible = device ? device->facts.get(fact::device::cuda_visible) : nullptr;
  if (!is_visible || *is_visible) return LayerState{Truth::yes, "CUDA initialised it", source};
  if (platform.facts.at(fact::cuda::visible_devices).value)
    return LayerState{Truth::unknown, "CUDA_VISIBLE_DEVICES hides it from this process", source};
  return LayerState{Truth::no, "CUDA does not list it", source};
}

}  // namespace rigfit
