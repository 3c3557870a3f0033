#pragma once

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// On which CPUs this process may run; of the file it is in, no more is kept.
Request allowed_cpus_request();
/// The files of the control groups that limit its CPU time.
Requests usable_cpus_requests(const Evidence& evidence);

/// Online, allowed and quota apart, and what comes of them: cpu.allowed, cpu.allowed_cpus (affinity and cpusets),
/// cpu.quota_cpus (CPU time that the control groups grant, in CPUs), cpu.usable_cpus with its reason,
/// cpu.threads_advised, cpu.oversubscribed (fewer CPUs' time than CPUs in sight).
void set_usable_cpus(const Evidence& evidence, HostFacts& host);

}  // namespace rigfit
