#include "probes/layers/best_device.hpp"

#include <algorithm>

namespace rigfit {
namespace {

int rank(State state) {
  switch (state) {
    case State::proven:
      return 4;
    case State::ready:
      return 3;
    case State::unknown:
      return 2;
    case State::blocked:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

std::string first_reason(const Layers& layers, Truth holds) {
  for (std::size_t n = 0; n < layer_count; ++n)
    if (const LayerState& one = layers[static_cast<Layer>(n)]; one.holds == holds && !one.because.empty())
      return one.because;
  return "";
}

std::string reason_of(State state, const Layers& layers) {
  switch (state) {
    case State::blocked:
    case State::absent:
      return first_reason(layers, Truth::no);
    case State::unknown:
      return first_reason(layers, Truth::unknown);
    case State::proven:
      return layers[Layer::kernel_run].because;
    default:
      return "";
  }
}

void conclude(Device& device) {
  device.state = state_of(device.layers);
  device.because = reason_of(device.state, device.layers);
}

const Device* best_device(const std::vector<Device>& devices) {
  const auto best = std::max_element(devices.begin(), devices.end(),
                                     [](const Device& a, const Device& b) { return rank(a.state) < rank(b.state); });
  return best == devices.end() ? nullptr : &*best;
}

void stand_as_best_device(Platform& platform) {
  const Device& best = *best_device(platform.devices);
  platform.layers = best.layers;
  platform.state = best.state;
  platform.because = best.because;
}

}  // namespace rigfit
