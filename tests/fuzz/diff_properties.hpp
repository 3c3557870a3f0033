#pragma once

#include <string>
#include <string_view>

namespace rigfit {

/// What has to hold of any text that `rigfit diff` reads as a report: it does not differ from itself, and from another
/// one in as many things as that one from it; what is written of that is safe for a terminal, and JSON. What is broken,
/// as a sentence; empty when nothing is.
std::string broken_difference(std::string_view text);

}  // namespace rigfit
