#include "probes/mps/proof.hpp"

#include <algorithm>

#include "fact_names/device.hpp"
#include "probes/layers/best_device.hpp"
#include "probes/mps/metal.hpp"
#include "probes/proof/proof.hpp"

namespace rigfit {
namespace {

constexpr std::size_t most_gpus = 16;

std::string key_of_proof(std::size_t index) { return "ask:prove-mps " + std::to_string(index); }

/// How far it got tells whether Metal took the work.
LayerState init_layer(const Device& device, const std::string& key) {
  if (device.facts.has(fact::device::proof_elements)) return {Truth::yes, "Metal took the work", {key}};
  return {Truth::unknown, "Metal did not get as far as running the kernel", {key}};
}

}  // namespace

Requests mps_proof_requests(const Evidence& evidence) {
  Requests requests;
  const Answer& metal = evidence.ask("metal");
  const std::size_t gpus = metal.found() ? parse_metal(metal.text).devices.size() : 0;
  for (std::size_t n = 0; n < std::min(gpus, most_gpus); ++n)
    requests.push_back(proving("mps", ask("prove-mps", {std::to_string(n)})));
  return requests;
}

void read_mps_proofs(const Evidence& evidence, Platform& platform) {
  bool any_asked = false;
  for (std::size_t n = 0; n < platform.devices.size(); ++n) {
    const std::string key = key_of_proof(n);
    const Answer& answer = evidence.at(key);
    if (!was_asked(answer)) continue;
    Device& device = platform.devices[n];
    set_proof(read_proof(answer, "Metal"), key, device);
    device.layers[Layer::runtime_init] = init_layer(device, key);
    device.layers[Layer::kernel_run] = kernel_layer(device);
    conclude(device);
    if (device.state == State::ready) device.because = device.layers[Layer::kernel_run].because;
    any_asked = true;
  }
  if (any_asked) stand_as_best_device(platform);
}

}  // namespace rigfit
