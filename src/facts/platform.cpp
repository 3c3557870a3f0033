#include "facts/platform.hpp"

#include <utility>

namespace rigfit {

std::string_view name_of(State state) {
  switch (state) {
    case State::not_applicable:
      return "not_applicable";
    case State::absent:
      return "absent";
    case State::blocked:
      return "blocked";
    case State::ready:
      return "ready";
    case State::proven:
      return "proven";
    case State::unknown:
      return "unknown";
  }
  return "";
}

std::string_view name_of(Layer layer) {
  switch (layer) {
    case Layer::bus:
      return "bus";
    case Layer::kernel_driver:
      return "kernel_driver";
    case Layer::device_node:
      return "device_node";
    case Layer::user_library:
      return "user_library";
    case Layer::runtime_init:
      return "runtime_init";
    case Layer::kernel_run:
      return "kernel_run";
  }
  return "";
}

void Layers::set(Layer layer, Truth holds, std::string because, std::vector<std::string> sources) {
  (*this)[layer] = {holds, std::move(because), std::move(sources)};
}

State state_of(const Layers& layers) {
  const auto holds = [&](Layer layer) { return layers[layer].holds; };
  if (holds(Layer::kernel_run) == Truth::yes) return State::proven;
  // A runtime that answered for the device has passed everything below it, whatever the files showed.
  const bool runtime = holds(Layer::runtime_init) == Truth::yes;
  const bool seen = holds(Layer::bus) == Truth::yes || holds(Layer::device_node) == Truth::yes || runtime;
  if (!seen) return holds(Layer::bus) == Truth::no ? State::absent : State::unknown;
  if (holds(Layer::kernel_run) == Truth::no) return State::blocked;
  if (runtime) return State::ready;
  constexpr Layer needed[] = {Layer::kernel_driver, Layer::device_node, Layer::user_library};
  if (holds(Layer::runtime_init) == Truth::no) return State::blocked;
  for (const Layer layer : needed)
    if (holds(layer) == Truth::no) return State::blocked;
  for (const Layer layer : needed)
    if (holds(layer) == Truth::unknown) return State::unknown;
  return State::ready;
}

}  // namespace rigfit
