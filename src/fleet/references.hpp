#pragma once

#include <vector>

#include "fleet/fleet.hpp"

namespace rigfit {

/// Names each class's reference, and in what it differs from that. Classes with the same kinds of devices are compared
/// with the largest one of them in which nothing is wrong; one without devices with the largest whose processor and
/// memory it has, since it may have lost its devices. Classes are there in the order of their sizes.
void add_references(std::vector<FleetClass>& classes);

/// The attributes in which two machines differ, in their order.
std::vector<ClassDifference> differences(const Record& record, const Record& reference);

}  // namespace rigfit
