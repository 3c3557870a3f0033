#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "analysis/analysis.hpp"

namespace rigfit {

/// One folder of tests/machines: what was recorded, and what has to be read out of it.
struct Recording {
  std::string name;
  Evidence evidence;
  nlohmann::json expect;
};

/// All of them, by name. Fails the test for a folder that cannot be read.
const std::vector<Recording>& recordings();

const SharedRules& shared_rules();
inline const RuleBook& built_in_rules() { return *shared_rules(); }

/// The facts of a machine, as every command reads them.
Facts facts_of(const Evidence& evidence);

/// The bytes of a file; nothing where it cannot be read.
std::optional<std::string> read_file(const std::string& path);

}  // namespace rigfit
