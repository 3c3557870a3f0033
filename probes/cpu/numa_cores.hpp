#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "probes/cpu/cpu.hpp"

namespace rigfit {

/// The number of each CPU's package: https://docs.kernel.org/admin-guide/cputopology.html
inline constexpr std::string_view package_files = "/sys/devices/system/cpu/cpu*/topology/physical_package_id";

/// The numbers of a list of CPUs: "0-3,8". Nothing for what is no such list, or names more than any machine has.
std::vector<std::int64_t> numbers_of_ranges(std::string_view text);

/// The cores of each NUMA node, "0:0-15", "1:16-31". Cores are counted from 0 as hwloc counts them (lstopo -l, "Core
/// L#"), which is how Slurm's gres.conf wants them: not by the system's numbers, but from package to package, and in it
/// from NUMA node to NUMA node, each in the order of its first CPU.
/// https://slurm.schedmd.com/gres.conf.html#OPT_Cores https://hwloc.readthedocs.io/en/stable/termsanddefs.html
/// Nothing where a CPU has no node or a core is part of two.
std::vector<std::string> numa_cores(const std::vector<LogicalCpu>& cpus,
                                    const std::map<std::int64_t, std::vector<std::int64_t>>& cpus_of_nodes);

/// The CPUs of each NUMA node, by its number.
std::map<std::int64_t, std::vector<std::int64_t>> numa_nodes(const Evidence& evidence);

/// The CPUs of a machine whose /proc/cpuinfo tells no cores, by its topology: known where no core runs two of them.
std::vector<LogicalCpu> cpus_of_topology(const Evidence& evidence);

}  // namespace rigfit
