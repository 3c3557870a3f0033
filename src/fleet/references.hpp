#pragma once

#include <string>
#include <vector>

#include "fleet/fleet.hpp"

namespace rigfit {

/// Names each class's reference, and in what it differs from that. Classes with the same kinds of devices are compared
/// with the largest one of them in which nothing is wrong, of equally large ones with the one that has the most values
/// in common with the others; one without devices with the largest whose processor and memory it has, since it may have
/// lost its devices. Where every node is a class of its own and no two have the same devices, all are compared with
/// one. Classes are there in the order of their sizes. Returns sentences about references that stand for one node
/// alone.
std::vector<std::string> add_references(std::vector<FleetClass>& classes);

/// The attributes in which two machines differ, in their order.
std::vector<ClassDifference> differences(const Record& record, const Record& reference);

}  // namespace rigfit
