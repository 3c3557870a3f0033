#pragma once

#include "judge/support/support.hpp"

namespace rigfit {

/// Whether a device can be used today, and once what is fixable has been fixed. Unknown where nobody could tell.
struct Usable {
  Truth today = Truth::unknown, after = Truth::unknown;
};

/// Whether a finding is about a device of a platform, and more than a note.
bool concerns(const Finding& finding, std::string_view platform, std::size_t device);

Usable usable(const Platform& platform, std::size_t device, const Diagnosis& diagnosis);

/// The newest published build of `framework` for `platform` that covers most of its `devices` (indices) here; all its
/// rejected newer ones; the nearest miss if none. For the CPU, and for no devices, only what the machine needs to have
/// counts. A build that surely runs goes before a newer one that only may. `alike`: see alike.hpp; none are, where
/// empty.
Resolution resolve(const FrameworkRule& framework, std::string_view platform, const std::vector<std::size_t>& devices,
                   const Facts& facts, const BuildDemands& demands = {}, const std::vector<std::size_t>& alike = {},
                   Wording words = Wording::all);

/// Whether a build has code for a device: by compute capability (facts/cuda_code.hpp), else by architecture.
Truth has_code(const Build& build, const Device& device, const Facts& facts);

}  // namespace rigfit
