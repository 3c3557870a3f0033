#pragma once

#include <string>
#include <vector>

#include "export/export.hpp"

namespace rigfit {

/// The micro-architecture levels of x86-64 that this CPU has, "v1", "v2", …; empty where it is another architecture or
/// its instructions are not known.
std::vector<std::string> x86_levels(const HostFacts& host, const ExportRules& rules);

}  // namespace rigfit
