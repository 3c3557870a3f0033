#include "probes/rocm/hip.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "fact_names/device.hpp"
#include "fact_names/rocm.hpp"
#include "probes/layers/find_device.hpp"
#include "probes/parse/json_fields.hpp"
#include "probes/parse/text.hpp"
#include "probes/proof/proof.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

constexpr std::string_view proof_key = "ask:prove-rocm ", library = "libamdhip64";

void read_inventory(const Json& hip, Platform& platform) {
  const std::vector<std::string> source{"ask:hip"};
  if (const auto version = Version::parse(json_text(hip, "runtime_version")))
    platform.facts.set(fact::rocm::hip_version, *version, source);
  if (const Json* error = json_member(hip, "error")) {
    if (const auto code = json_integer(*error, "code")) platform.facts.set(fact::rocm::hip_code, *code, source);
    platform.facts.set(fact::rocm::hip_message, describe_error(*error), source);
  }
  const auto count = json_integer(hip, "device_count");
  if (!count) return;
  platform.facts.set(fact::rocm::hip_device_count, *count, source);
  for (Device& device : platform.devices)
    if (device.facts.has(fact::device::pci_address)) device.facts.set(fact::device::hip_listed, false, source);
  const Json* devices = json_member(hip, "devices");
  if (!devices || !devices->is_array()) return;
  for (const Json& one : *devices)
    if (Device* device = device_at(platform, lower(json_text(one, "pci_address")))) {
      device->facts.set(fact::device::hip_listed, true, source);
      if (const std::string gfx = json_text(one, "architecture"); !gfx.empty())
        device->facts.set(fact::device::hip_target, gfx, source);
    }
}

}  // namespace

Requests hip_proof_requests(const Evidence& evidence, bool is_any_asleep) {
  Requests requests;
  const auto add = [&](Request request) {
    request = proving("rocm", std::move(request));
    requests.push_back(is_any_asleep ? waking(std::move(request)) : std::move(request));
  };
  add(ask("hip"));
  if (const Answer& answer = evidence.ask("hip"); answer.found()) {
    const Json hip = Json::parse(answer.text, nullptr, false);
    const Json* devices = json_member(hip, "devices");
    constexpr std::size_t most = 64;  // an MI300X node in CPX mode
    for (std::size_t n = 0; devices && devices->is_array() && n < devices->size() && n < most; ++n)
      if (const std::string address = json_text((*devices)[n], "pci_address"); !address.empty())
        add(ask("prove-rocm", {address}));
  }
  return requests;
}

void read_hip(const Evidence& evidence, Platform& platform) {
  if (const Answer& answer = evidence.ask("hip"); was_asked(answer)) {
    platform.facts.set(fact::rocm::hip_outcome, std::string(name_of(answer.outcome)), {"ask:hip"});
    if (answer.found())
      read_inventory(Json::parse(answer.text, nullptr, false), platform);
    else
      platform.facts.set(fact::rocm::hip_message, describe_end(answer, library), {"ask:hip"});
  }
  for (const auto& [key, answer] : evidence.answers)
    if (key.starts_with(proof_key) && was_asked(answer))
      if (Device* device = device_at(platform, lower(std::string_view(key).substr(proof_key.size())))) {
        set_proof(read_proof(answer, library), key, *device);
        // So little is copied that an Infinity Cache serves it partly or wholly.
        const bool* cache = device->facts.get(fact::device::infinity_cache);
        if (cache && device->facts.has(fact::device::copy_bandwidth_bytes_per_second))
          device->facts.set(fact::device::copy_bandwidth_from_cache, *cache, {key});
      }
}

std::optional<LayerState> hip_layer(const Evidence& evidence, const Platform& platform, const Device* device) {
  const Answer& answer = evidence.ask("hip");
  const std::vector<std::string> source{"ask:hip"};
  // Whoever has no library on disk may have the one of a wheel.
  if (!was_asked(answer) || answer.absent()) return std::nullopt;
  const std::string* message = platform.facts.get(fact::rocm::hip_message);
  if (!answer.found()) return LayerState{Truth::no, message ? *message : "HIP did not answer", source};
  const auto* count = platform.facts.get(fact::rocm::hip_device_count);
  // An answer that cannot be read is no sign that HIP works.
  if (!count) return LayerState{Truth::no, message ? *message : "HIP's answer does not tell how it started", source};
  if (*count == 0) return LayerState{Truth::no, message ? *message : "HIP shows no device to this process", source};
  const bool* listed = device ? device->facts.get(fact::device::hip_listed) : nullptr;
  if (!listed) return std::nullopt;
  return LayerState{truth_of(*listed), *listed ? "HIP started it" : "HIP does not list it", source};
}

}  // namespace rigfit
