#pragma once

#include "facts/facts.hpp"

namespace rigfit {

/// The same hardware under another operating system ("linux", "darwin", "windows"): what is known of the hardware
/// stays; of the system, its drivers and its Python nothing is known. Facts that are of that system already stay as
/// they are.
Facts retargeted(Facts facts, const std::string& os);

}  // namespace rigfit
