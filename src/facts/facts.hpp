#pragma once

#include <string_view>
#include <vector>

#include "facts/fact.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// All that the probes read out of the evidence. Host facts carry their subject in the name: "cpu.model",
/// "memory.usable_bytes", "os.id", "container.runtime", "python.versions".
struct Facts {
  HostFacts host;
  std::vector<Platform> platforms;

  Platform* platform(std::string_view id);
  const Platform* platform(std::string_view id) const;
  /// Adds what another probe read; a platform that is already there keeps its state and takes the other's facts and
  /// devices.
  void merge(Facts other);
};

}  // namespace rigfit
