#pragma once

#include <optional>

#include "export/machine_values.hpp"

namespace rigfit {

/// What package managers want to know of CUDA here.
struct CudaValues {
  Truth usable = Truth::unknown;            ///< whether CUDA can be used
  std::string because;                      ///< why that is not known
  std::optional<Version> version;           ///< newest CUDA that the driver speaks
  std::optional<Version> least_capability;  ///< of the devices that can be used; empty: not known of all
};

CudaValues cuda_values(const MachineValues& machine);

}  // namespace rigfit
