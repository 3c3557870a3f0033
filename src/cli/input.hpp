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

/// What --rules PATH means: the built-in rule files with those of a folder laid over them, or in their place all those
/// of a file that `rigfit rules export` wrote. The program's own schemas are among them.
tl::expected<std::vector<RuleFile>, std::string> rule_files_of(const std::string& path);

/// The rules of rule_files_of(), checked; the built-in ones where `path` is empty. The error names file, key and
/// reason.
tl::expected<SharedRules, std::string> load_rule_book(const std::string& path);

/// "file: key: reason"
std::string to_text(const RuleError& error);

}  // namespace rigfit
