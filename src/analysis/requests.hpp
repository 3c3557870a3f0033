#pragma once

#include <string_view>
#include <vector>

#include "probes/probe.hpp"

namespace rigfit {

// What has to be looked at for an analysis; src/collect does it.

using ProbeList = std::vector<const Probe*>;

/// All probes, or with `only` a platform: its own, and those of the host.
ProbeList probes_for(std::string_view only);

/// What the probes read always, and what they ask for then.
Requests first_requests(const ProbeList& probes);
Requests next_requests(const ProbeList& probes, const Evidence& evidence, const DeviceTable& devices);

}  // namespace rigfit
