#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fleet/drift.hpp"
#include "report/report.hpp"

namespace rigfit {

/// One form of what has changed in a fleet (`rigfit fleet diff --format`).
struct DriftFormat {
  std::string_view name;
  std::string (*write)(const Drift& drift, const TextStyle& style);
};

/// All of them. The first is the default.
std::span<const DriftFormat> drift_formats();

}  // namespace rigfit
