#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "rules/book.hpp"

namespace rigfit {

// How rule files are read: members of a JSON object by name, or what is wrong with them and where.

using RuleJson = nlohmann::json;

inline constexpr std::size_t most_rule_depth = 32;  ///< of brackets in a rule file

/// Thrown while a rule file is read, and caught where it is loaded.
struct BadRule {
  std::string key, reason;
};

// `where` is the JSON pointer of `object`. A member that is missing or of another type is a BadRule; `…_or` and the
// lists take a missing one for empty.

const RuleJson& at(const RuleJson& object, const char* key, const std::string& where);
std::string text(const RuleJson& object, const char* key, const std::string& where);
std::string text_or(const RuleJson& object, const char* key, const std::string& where, std::string otherwise = "");
bool flag(const RuleJson& object, const char* key, const std::string& where);
int whole(const RuleJson& object, const char* key, const std::string& where, int low, int high);
const RuleJson& list(const RuleJson& object, const char* key, const std::string& where);
std::vector<std::string> texts(const RuleJson& object, const char* key, const std::string& where);
/// {"title", "url", "year"}
Source source_of(const RuleJson& source, const std::string& where);
/// The member "source".
Source read_source(const RuleJson& object, const std::string& where);

/// The JSON pointer of the n-th of a list.
std::string item(const std::string& where, const char* key, std::size_t n);

}  // namespace rigfit
