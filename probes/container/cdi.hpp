#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/version.hpp"
#include "probes/probe.hpp"

namespace rigfit {

/// One specification of the Container Device Interface, by which Podman, Docker and Kubernetes name and hand over
/// devices. https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md (1.1.0)
struct CdiSpecification {
  std::string kind;                ///< "nvidia.com/gpu"; empty: it says none
  std::vector<std::string> names;  ///< of devices, without those named by a UUID: "0", "0:1", "all"
  std::optional<Version> driver;   ///< of libcuda.so, which one of NVIDIA's names by the driver's version
};

/// Of what is kept of a specification: lines of YAML or JSON, or pieces of JSON in one line, cut at its commas.
CdiSpecification parse_cdi(std::string_view text);

/// Which names this machine's devices have for containers, and whether those are still of the driver that is loaded.
extern const Probe cdi_probe;

}  // namespace rigfit
