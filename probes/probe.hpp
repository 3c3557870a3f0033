#pragma once

#include <span>
#include <string_view>

#include "evidence/evidence.hpp"
#include "evidence/request.hpp"
#include "facts/device_table.hpp"
#include "facts/facts.hpp"

namespace rigfit {

/// One probe: what it looks at, what else it wants to see, and what it all means. No probe touches the machine.
struct Probe {
  std::string_view id;
  std::span<const Request> looks_at;                      ///< read always: disturbs nothing
  Requests (*next)(const Evidence&, const DeviceTable&);  ///< pure: what else, given what was seen; may be null
  Facts (*read)(const Evidence&, const DeviceTable&);     ///< pure: what it all means
  void (*relate)(Facts&) = nullptr;  ///< pure: what it means together with what other probes and the rules' tables say
};

/// All probes, in the order of the report.
std::span<const Probe* const> all_probes();

}  // namespace rigfit
