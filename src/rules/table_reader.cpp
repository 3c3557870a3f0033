#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "rules/reader.hpp"

namespace rigfit {
namespace {

std::map<std::string, std::string> text_members(const RuleJson& object, const std::string& where) {
  std::map<std::string, std::string> members;
  for (const auto& [name, value] : object.items()) members[name] = text(object, name.c_str(), where);
  return members;
}

}  // namespace

void RuleReader::read_table(const RuleJson& file) {
  LookupTable table;
  table.fact = text(file, "key", "");
  const bool is_list = type_of(table.fact, "/key") == "list";
  const auto require_type = [&](const std::map<std::string, std::string>& facts, const char* type, const char* where) {
    for (const auto& [name, fact] : facts)
      if (type_of(fact, where) != type)
        throw BadRule{fmt::format("{}/{}", where, name), fmt::format("\"{}\" is no fact of type {}", fact, type)};
  };
  if (file.contains("columns")) table.columns = text_members(file["columns"], "/columns");
  if (file.contains("lists")) table.lists = text_members(file["lists"], "/lists");
  require_type(table.columns, "text", "/columns");
  require_type(table.lists, "list", "/lists");
  if (is_list != table.columns.empty() || is_list == table.lists.empty())
    throw BadRule{"/key", "a fact that is a list takes \"lists\", any other takes \"columns\""};
  std::set<std::string> keys;
  for (std::size_t n = 0; n < list(file, "rows", "").size(); ++n) {
    const std::string where = item("", "rows", n);
    const RuleJson& json = file["rows"][n];
    LookupRow row;
    row.key = text(json, "key", where);
    row.kind = text_or(json, "kind", where);
    if (!keys.insert(row.key).second) throw BadRule{where + "/key", fmt::format("\"{}\" is there twice", row.key)};
    if (is_list && !table.lists.count(row.kind))
      throw BadRule{where + "/kind", fmt::format("\"{}\" is none of the table's lists", row.kind)};
    for (const auto& [name, value] : json.items())
      if (name == "means" || table.columns.count(name)) row.columns[name] = text(json, name.c_str(), where);
    for (const auto& [name, fact] : table.columns)
      if (!row.columns.count(name)) throw BadRule{where, fmt::format("lacks \"{}\"", name)};
    table.rows.edit().push_back(std::move(row));
  }
  book_.tables.push_back(std::move(table));
}

}  // namespace rigfit
