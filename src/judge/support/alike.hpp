#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

/// Names of facts that a condition compares ("os.glibc_version", "device.architecture"), those inside any(), all() and
/// count() included; a name may come more than once.
void add_compared_facts(const Condition& condition, std::vector<std::string>& names);

/// For each device of a platform the index of the first one that no build of these frameworks can tell from it, so that
/// eight equal GPUs are judged once.
std::vector<std::size_t> alike_devices(const Platform& platform, const std::vector<const FrameworkRule*>& frameworks,
                                       const Facts& facts);

}  // namespace rigfit
