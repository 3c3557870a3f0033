#pragma once

#include "judge/support.hpp"

namespace rigfit {

/// Whether a device can be used today, and once what is curable has been cured. Unknown where nobody could tell.
struct Usable {
  Truth today = Truth::unknown, after = Truth::unknown;
};

Usable usable(const Platform& platform, std::size_t device, const Diagnosis& diagnosis);

/// The newest published build of `framework` for `platform` that covers most of its `devices` (indices) here; all its
/// rejected newer ones; the nearest miss if none. For the CPU, and for no devices, only what the machine needs to have
/// counts.
Resolution resolve(const FrameworkRule& framework, std::string_view platform, const std::vector<std::size_t>& devices,
                   const Facts& facts);

}  // namespace rigfit
