#include "cli/options/rule_words.hpp"

#include <algorithm>

#include "cli/input.hpp"
#include "report/explain/explain.hpp"

namespace rigfit {
namespace {

template <class Rules>
std::vector<std::string> ids_of(const Rules& rules) {
  std::vector<std::string> ids;
  for (const auto& rule : rules) ids.push_back(rule.id);
  return ids;
}

/// The built-in rules; they were checked when they were compiled in.
SharedRules built_in() { return load_rule_book("").value(); }

}  // namespace

std::vector<std::string> factor_words() { return ids_of(built_in()->factors); }
std::vector<std::string> profile_words() { return ids_of(built_in()->profiles); }
std::vector<std::string> framework_words() { return ids_of(built_in()->frameworks); }

std::vector<std::string> ratings_words() {
  std::vector<std::string> words = ids_of(built_in()->rating_sets);
  words.insert(words.begin(), std::string(default_ratings));
  return words;
}

std::vector<std::string> explain_words() {
  const SharedRules rules = built_in();
  std::vector<std::string> words = explainable_words();
  for (const auto& more : {ids_of(rules->factors), ids_of(rules->frameworks), ids_of(rules->profiles)})
    words.insert(words.end(), more.begin(), more.end());
  for (const FindingRule& rule : rules->findings) words.push_back(rule.id);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace rigfit
