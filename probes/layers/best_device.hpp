#pragma once

#include <string>
#include <vector>

#include "facts/platform.hpp"

namespace rigfit {

/// Why the lowest layer of which `holds` is true is so; empty when none of them has a reason.
std::string first_reason(const Layers& layers, Truth holds);

/// Why `layers` mean this state: what blocks, what is unknown, what proves. Empty for ready, which needs no excuse.
std::string reason_of(State state, const Layers& layers);

/// State and reason of a device, by its layers.
void conclude(Device& device);

/// The device in the best state: proven, ready, unknown, blocked, in this order; the first of equals. Null for none.
const Device* best_device(const std::vector<Device>& devices);

/// A platform is in the state of its best device, with its layers and reason. Its devices must not be empty.
void stand_as_best_device(Platform& platform);

}  // namespace rigfit
