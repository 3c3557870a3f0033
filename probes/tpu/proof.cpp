#include "probes/tpu/proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fact_names/device.hpp"
#include "fact_names/tpu.hpp"
#include "probes/parse/json_fields.hpp"
#include "probes/proof/proof.hpp"
#include "probes/tpu/chips.hpp"
#include "probes/tpu/holders.hpp"
#include "probes/tpu/libtpu.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;
constexpr std::string_view key_prefix = "ask:prove-tpu ";

// It was tried, so an answer that is no good is no sign that it works.
LayerState init_layer(const Answer& answer, const std::string& key) {
  if (answer.outcome == Outcome::timed_out)
    return {Truth::no, "libtpu did not start in time; on one host of a slice it waits for the others", {key}};
  if (!answer.found()) return {Truth::no, describe_end(answer, "libtpu"), {key}};
  const Json reported = Json::parse(answer.text, nullptr, false);
  if (!reported.is_object()) return {Truth::no, "libtpu's answer cannot be read", {key}};
  if (const Json* error = json_member(reported, "error")) return {Truth::no, describe_error(*error), {key}};
  const auto devices = json_integer(reported, "addressable_devices");
  if (!devices || *devices < 0) return {Truth::no, "libtpu did not tell how many devices it has", {key}};
  if (*devices == 0) return {Truth::no, "libtpu started and shows no device", {key}};
  return {Truth::yes,
          fmt::format("libtpu started with {} device{} and gave {} back; no kernel was run", *devices,
                      *devices == 1 ? "" : "s", *devices == 1 ? "it" : "them"),
          {key}};
}

}  // namespace

Requests tpu_proof_requests(const Evidence& evidence, const DeviceTable& table) {
  PlatformFacts reported;
  const std::vector<Device> devices = cloud_tpus(evidence, table);
  const LayerState library = read_libtpu(evidence, reported);
  read_holders(evidence, devices, reported);
  const std::string* path = reported.get(fact::tpu::libtpu_path);
  const bool may_be_opened = std::any_of(devices.begin(), devices.end(), [](const Device& device) {
    return device.layers[Layer::device_node].holds == Truth::yes;
  });
  // Who holds it has it: libtpu would only say so, and wait or fail.
  if (!path || library.holds != Truth::yes || !may_be_opened || reported.at(fact::tpu::held_by).known()) return {};
  return {proving("tpu", ask("prove-tpu", {*path}))};
}

void read_tpu_proof(const Evidence& evidence, Platform& platform) {
  for (auto it = evidence.answers.lower_bound(key_prefix);
       it != evidence.answers.end() && it->first.starts_with(key_prefix); ++it) {
    if (!was_asked(it->second)) continue;
    const LayerState init = init_layer(it->second, it->first);
    for (Device& device : platform.devices) {
      const std::string* kind = device.facts.get(fact::device::kind);
      if (!kind || *kind != "tpu") continue;
      device.layers[Layer::runtime_init] = init;
      if (init.holds == Truth::no) device.facts.set(fact::device::proof_message, init.because, init.sources);
      device.layers[Layer::kernel_run] =
          LayerState::untried("not tried: a kernel needs a compiler's input, which is a framework's to make");
    }
    return;
  }
}

}  // namespace rigfit
