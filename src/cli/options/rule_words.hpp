#pragma once

#include <string>
#include <vector>

namespace rigfit {

// Names of the built-in rules, for shells to complete to. Each reads the rules.

std::vector<std::string> factor_words();
std::vector<std::string> profile_words();
std::vector<std::string> ratings_words();
std::vector<std::string> framework_words();
/// What `rigfit explain` answers on every machine: factors, frameworks, findings, profiles, and printed words.
std::vector<std::string> explain_words();

}  // namespace rigfit
