#include "judge/diagnose/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigfit {
namespace {

const LookupRow* row_of(const LookupTable& table, const std::string& key) {
  const auto at =
      std::find_if(table.rows.begin(), table.rows.end(), [&](const LookupRow& row) { return row.key == key; });
  return at == table.rows.end() ? nullptr : &*at;
}

/// "device.xids_reset" → "xids_reset"
std::string name_in_table(const std::string& fact) { return fact.substr(fact.find('.') + 1); }

void look_up_one(const LookupTable& table, const Fact& keys, FactTable& facts) {
  if (!keys.value) return;
  if (const auto* list = std::get_if<std::vector<std::string>>(&*keys.value)) {
    std::map<std::string, std::vector<std::string>> reported;
    for (const std::string& key : *list)
      if (const LookupRow* row = row_of(table, key))
        if (const auto means = row->columns.find("means"); means != row->columns.end())
          reported[row->kind].push_back(fmt::format("{} ({})", key, means->second));
    for (auto& [kind, entries] : reported)
      if (const auto fact = table.lists.find(kind); fact != table.lists.end())
        facts.set_by_name_if_unknown(name_in_table(fact->second), Fact::of(std::move(entries), keys.sources));
  } else if (const LookupRow* row = row_of(table, to_text(*keys.value))) {
    for (const auto& [column, fact] : table.columns)
      if (const auto text = row->columns.find(column); text != row->columns.end())
        facts.set_by_name_if_unknown(name_in_table(fact), Fact::of(text->second, keys.sources));
  }
}

}  // namespace

void look_up_tables(const RuleBook& rules, Facts& facts) {
  for (const LookupTable& table : rules.tables) {
    const std::string owner = table.fact.substr(0, table.fact.find('.')), name = name_in_table(table.fact);
    if (owner == "device") {
      for (Platform& platform : facts.platforms)
        for (Device& device : platform.devices) look_up_one(table, device.facts.at_by_name(name), device.facts);
    } else if (Platform* platform = facts.platform(owner)) {
      look_up_one(table, platform->facts.at_by_name(name), platform->facts);
    }
  }
}

}  // namespace rigfit
