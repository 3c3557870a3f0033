#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "evidence/evidence.hpp"

namespace rigfit {

/// Limits on a recording, which is data from a stranger.
struct MachineFileLimits {
  std::size_t bytes = 64u << 20;
  std::size_t depth = 16;
  std::size_t answers = 200'000;
};

/// Reads a machine file (`rigfit.machine/1`). The error names the key and what is wrong with it;
/// `name` (a path) is put in front of it.
tl::expected<Evidence, std::string> parse_machine_file(std::string_view text, std::string_view name,
                                                       const MachineFileLimits& limits = {});

/// Writes one: the same evidence gives the same bytes. Text that is not UTF-8 is written as base64.
std::string write_machine_file(const Evidence& evidence);

}  // namespace rigfit
