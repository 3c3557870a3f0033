// Facts that are declared, and that nobody needs.
#include <gmock/gmock.h>

#include <functional>
#include <set>
#include <string>

#include "machines/recordings.hpp"

namespace rigfit {
namespace {

/// All facts of the recorded machines, known or not, by the names that rules/facts/ declares.
void for_each_fact(const std::function<void(const std::string& name, const Fact& fact)>& take) {
  for (const Recording& recording : recordings()) {
    const Facts facts = facts_of(recording.evidence);
    for (const auto& [name, fact] : facts.host) take(name, fact);
    for (const Platform& platform : facts.platforms) {
      for (const auto& [name, fact] : platform.facts) take(platform.id + "." + name, fact);
      for (const Device& device : platform.devices)
        for (const auto& [name, fact] : device.facts) take("device." + name, fact);
    }
  }
}

std::string type_of(const Value& value) {
  constexpr const char* types[] = {"bool", "int", "float", "text", "version", "list"};  // in the order of Value
  return types[value.index()];
}

/// The words of all rules but the declarations, among them every name of a fact that they read.
std::set<std::string> words_of_rules() {
  std::set<std::string> words;
  for (const RuleFile& file : embedded_rules()) {
    if (file.path.starts_with("facts/") || file.path.starts_with("schema/")) continue;
    std::string word;
    for (const char c : file.text + " ")
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.')
        word += c;
      else if (!word.empty())
        words.insert(word), word.clear();
  }
  return words;
}

bool is_read(std::string name, const std::set<std::string>& words) {
  constexpr std::string_view bytes = "_bytes", device = "device.";  // which conditions may leave out
  if (words.count(name)) return true;
  if (name.ends_with(bytes)) name.resize(name.size() - bytes.size());
  return words.count(name) || (name.starts_with(device) && words.count(name.substr(device.size())));
}

TEST(DeclaredFacts, AreYieldedByAMachineOrReadByARule) {
  std::set<std::string> seen;
  for_each_fact([&](const std::string& name, const Fact&) { seen.insert(name); });
  const std::set<std::string> words = words_of_rules();
  for (const auto& [name, type] : *built_in_rules().vocabulary)
    EXPECT_TRUE(seen.count(name) || is_read(name, words))
        << name << ": no machine of tests/machines has it, and no rule reads it: use it or remove it";
}

// What code that platforms share sets, by the name of one of them, and what names from data are set by.
TEST(DeclaredFacts, AreAllThatMachinesYieldAndOfTheirTypes) {
  const auto& declared = *built_in_rules().vocabulary;
  for_each_fact([&](const std::string& name, const Fact& fact) {
    const auto it = declared.find(name);
    ASSERT_NE(it, declared.end()) << name << " is not declared";
    if (fact.value) EXPECT_EQ(type_of(*fact.value), it->second) << name;
    for (const Value& value : fact.may_be) EXPECT_EQ(type_of(value), it->second) << name;
  });
}

}  // namespace
}  // namespace rigfit
