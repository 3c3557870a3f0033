#pragma once

#include <vector>

#include "report/report.hpp"

namespace rigfit {

/// Every citation behind what is said about the candidates, in the order of the rule book, each once.
std::vector<const Citation*> citations_used(const Report& report);

/// The statistics about the candidates (or about no framework in particular).
std::vector<const Statistic*> statistics_shown(const Report& report);

}  // namespace rigfit
