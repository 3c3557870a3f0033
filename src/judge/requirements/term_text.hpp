#pragma once

#include <string>
#include <vector>

#include "rules/condition.hpp"

namespace rigfit {

/// The terms that tell something: without those on whether devices can be used, where there are others.
std::vector<Term> telling_terms(std::vector<Term> terms);

/// What was seen: "80.0 GiB", "9.0", "unknown".
std::string seen_text(const Term& term);

/// "memory.usable is 62.7 GiB", "cuda is no (no NVIDIA device on the PCI bus)"
std::string term_text(const Term& term);

}  // namespace rigfit
