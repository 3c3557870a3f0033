#pragma once

#include <string>
#include <vector>

#include "report/report.hpp"

namespace rigfit {

/// The sentence with the ids of what bears it: "It is easy. [EAS-01, EAS-03]".
std::string with_marks(const CitedSentence& cited);

/// The citations whose marks a text that is not verbose shows, in the order of the rule book, each once.
std::vector<const Citation*> citations_shown(const Report& report);

/// Every citation behind what is said about the candidates, in the order of the rule book, each once.
std::vector<const Citation*> citations_used(const Report& report);
/// How many those are, without reading them.
std::size_t count_citations_used(const Report& report);

/// The statistics about the candidates (or about no framework in particular).
std::vector<const Statistic*> statistics_shown(const Report& report);

}  // namespace rigfit
