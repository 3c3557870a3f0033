#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

// All rules in one file, `rigfit.rules/1`: what a later release or a site hands on, to be used by --rules.

/// Says of two sets of rule files whether they hold the same, whatever the order of the files and of the members in
/// them, their white space and where they are from. Schemas do not count. Every file has to be JSON.
std::string checksum_of(std::span<const RuleFile> files);

/// The rule files as one text, with their checksum. Schemas stay with the program, which checks by its own.
std::string exported_rules(std::span<const RuleFile> files, std::string_view as_of, std::string_view tool);

/// The rule files in such a text, from `origin`. The error is a sentence about the text: it is something else, of
/// another version, or damaged.
tl::expected<std::vector<RuleFile>, std::string> parse_exported_rules(std::string_view text, const std::string& origin);

}  // namespace rigfit
