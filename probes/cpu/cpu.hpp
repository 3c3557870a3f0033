#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/probe.hpp"

namespace rigfit {

/// The host's processors: what they are and which instructions they have.
extern const Probe cpu_probe;

/// One logical CPU: its number for the system, and the package and the core that it belongs to.
struct LogicalCpu {
  std::int64_t number = 0, package = 0, core = 0;
};

/// What /proc/cpuinfo tells, on any architecture.
struct CpuInfo {
  std::string model, vendor, implementer, architecture_line;
  std::vector<std::string> parts;     ///< Arm part numbers, each once
  std::vector<std::string> features;  ///< as the kernel spells them, sorted
  std::optional<std::int64_t> logical, sockets, physical;
  bool hypervisor = false;
  std::vector<LogicalCpu> cpus;  ///< none where it does not tell the cores (on all but x86)
};

CpuInfo parse_cpuinfo(std::string_view text);

/// `sysctl -a`, or any selection of it: "machdep.cpu.brand_string: Apple M1".
std::vector<std::pair<std::string_view, std::string_view>> parse_sysctl(std::string_view text);

}  // namespace rigfit
