#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

/// For each device of a platform the index of the first one that does not differ from it in any of these facts
/// ("compute_capability", "layer.bus", sorted), so that eight equal GPUs are judged once.
std::vector<std::size_t> alike_devices(const Platform& platform, const std::vector<std::string>& compared);

/// The same for all that builds of these frameworks compare.
std::vector<std::size_t> alike_devices(const Platform& platform, const std::vector<const FrameworkRule*>& frameworks);

/// Names of the facts that the builds of a framework for one platform compare, devices' with "device."; sorted.
const std::vector<std::string>& compared_facts(const FrameworkRule& framework, std::string_view platform);

}  // namespace rigfit
