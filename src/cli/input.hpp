#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "analysis/shared_rules.hpp"

namespace rigfit {

/// The bytes of a file, or of stdin for "-". The error names the file: it is missing, a folder, or longer than `most`.
tl::expected<std::string, std::string> read_input(const std::string& path, std::size_t most);

/// The rule files (*.json) below a folder, their paths relative to it.
tl::expected<std::vector<RuleFile>, std::string> read_rule_files(const std::string& folder);

/// The built-in rules, with those of `folder` laid over them unless it is empty; those are checked against their
/// schemas. The error names file, key and reason.
tl::expected<SharedRules, std::string> load_rule_book(const std::string& folder);

/// "file: key: reason"
std::string to_text(const RuleError& error);

}  // namespace rigfit
