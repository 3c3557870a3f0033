#pragma once

#include <set>
#include <string>

#include "evidence/evidence.hpp"

namespace rigfit {

/// Every key that was looked up in any evidence so far, found or not.
std::set<std::string, std::less<>>& looked_up();

}  // namespace rigfit
