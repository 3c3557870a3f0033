#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// Where Python 3 lies: links of the default one, and the library folders of all.
Requests interpreter_requests();

/// Sets python.version (the default) and python.versions.
void read_interpreters(const Evidence& evidence, HostFacts& facts);

/// "python3.11", "/usr/bin/python3.11" → "3.11"; empty for anything else.
std::string python_version_in(std::string_view name);

}  // namespace rigfit
