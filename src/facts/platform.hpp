#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/copy_on_write.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// One state for every platform and every device of it.
enum class State {
  not_applicable,  ///< cannot exist here (MPS on Linux)
  absent,          ///< looked, and there is no such device
  blocked,         ///< the device is there, and something stops it
  ready,           ///< all that was read agrees
  proven,          ///< a kernel ran and its result was right
  unknown,
};
std::string_view name_of(State state);

/// The rungs between a device and a running kernel, lowest first.
enum class Layer { bus, kernel_driver, device_node, user_library, runtime_init, kernel_run };
inline constexpr std::size_t layer_count = 6;
std::string_view name_of(Layer layer);

/// Whether one layer holds, why, and by what evidence.
struct LayerState {
  Truth holds = Truth::unknown;
  std::string because;
  std::vector<std::string> sources;
  bool was_tried = true;  ///< false: deliberately not tried, so that being unknown is no gap

  static LayerState untried(std::string because) { return {Truth::unknown, std::move(because), {}, false}; }
};

class Layers {
 public:
  LayerState& operator[](Layer layer) { return states_.edit()[static_cast<std::size_t>(layer)]; }
  const LayerState& operator[](Layer layer) const { return (*states_)[static_cast<std::size_t>(layer)]; }
  void set(Layer layer, Truth holds, std::string because, std::vector<std::string> sources = {});

 private:
  CopyOnWrite<std::array<LayerState, layer_count>> states_;
};

/// The state that layers alone imply: proven when the kernel ran; absent when the bus shows nothing and nothing above
/// contradicts it; blocked when the hardware is there and a layer up to `runtime_init` is no; ready when bus (or any
/// layer above) and all of kernel driver, device node, user library are yes and runtime init is not no; else unknown.
State state_of(const Layers& layers);

/// One device. Facts every platform uses where it knows them: name, architecture, pci_address, memory_total_bytes,
/// memory_usable_bytes, integrated, driver; all names are in fact::device.
struct Device {
  State state = State::unknown;
  std::string because;  ///< the state's reason in a few words
  Layers layers;
  DeviceFacts facts;
};

/// One platform: cuda, rocm, mps, tpu, xpu, gaudi, neuron, ascend, npu, cpu.
struct Platform {
  std::string id;
  State state = State::unknown;
  std::string because;
  Layers layers;
  PlatformFacts facts;
  std::vector<Device> devices;
};

}  // namespace rigfit
