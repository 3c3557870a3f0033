#pragma once

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// Sets installed.packages, .python, .python_version and .where: what lies in the environment in which a program finds
/// a framework first, and whose interpreter repairs it. And installed.shadowed: packages of it that the user's site
/// hides from its interpreter, in another version. And
/// installed.library_shadowed, and installed.llama_backends.
void read_installed(const Evidence& evidence, HostFacts& facts);

}  // namespace rigfit
