#pragma once

#include <string>

namespace rigfit {

/// A schema of rules/schema/ with the ids of all platforms() in the place of "$platforms" in its lists, so that a new
/// platform needs no change there. The rule compiler does it once.
std::string with_platforms(std::string schema);

}  // namespace rigfit
