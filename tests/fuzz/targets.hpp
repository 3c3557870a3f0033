#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// Something that reads what strangers wrote, and what holds of it for any text.
struct FuzzTarget {
  std::string name;
  std::function<std::string(std::string_view)> broken;  ///< what does not hold; empty when all does
  bool has_seeds = true;       ///< in tests/fuzz/seeds; else they are the samples of its parsers
  std::size_t longest = 4096;  ///< a text worth trying, bytes
};

const std::vector<FuzzTarget>& fuzz_targets();

/// Null for none.
const FuzzTarget* fuzz_target(std::string_view name);

/// What is wrong with a text of the target "rules"; empty for a rule file.
std::string rule_file_error(std::string_view text);

/// What a target begins with beside its seeds: the samples of the parsers, and of the recordings below `fixtures` (may
/// be empty) what fits. (file name, text)
std::vector<std::pair<std::string, std::string>> made_seeds(const FuzzTarget& target, const std::string& fixtures);

}  // namespace rigfit
