#pragma once

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// The files that say how many CPUs this process may use.
Requests usable_cpus_requests(const Evidence& evidence);

/// Online, allowed and quota apart, and what comes of them: cpu.allowed, cpu.allowed_cpus (affinity and cpusets),
/// cpu.quota_cpus (CPU time that the control groups grant, in CPUs), cpu.usable_cpus with its reason,
/// cpu.threads_advised, cpu.oversubscribed (fewer CPUs' time than CPUs in sight).
void set_usable_cpus(const Evidence& evidence, HostFacts& host);

}  // namespace rigfit
