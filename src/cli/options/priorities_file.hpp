#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

/// What a file of `--priorities` holds:
///
///     {"about": "our cluster", "profile": "research", "points": {"hardware_support": 40}, "require": ["python=3.12"]}
///
/// Every member may be left out; any other is an error, and so is one that is there twice.
struct PrioritiesFile {
  std::string profile;
  std::map<std::string, int> points;
  std::vector<std::string> demands;  ///< texts of judge/recommend/demands.hpp
};

/// The error names the file, line and column, the key, and what is wrong: "p.json: line 3, column 5:
/// points/ease_of_us: there is no factor "ease_of_us"; did you mean "ease_of_use"?".
tl::expected<PrioritiesFile, std::string> parse_priorities(std::string_view text, const std::string& name,
                                                           const RuleBook& rules);

}  // namespace rigfit
