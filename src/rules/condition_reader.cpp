#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/reader.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {

Condition RuleReader::condition(const RuleJson& object, const char* key, const std::string& where,
                                ConditionScope scope) const {
  auto condition = parse_condition(text(object, key, where), {*book_.vocabulary, *book_.conditions}, scope);
  if (!condition) throw BadRule{where + "/" + key, condition.error().text()};
  return std::move(*condition);
}

std::optional<Condition> RuleReader::optional_condition(const RuleJson& object, const char* key,
                                                        const std::string& where, ConditionScope scope) const {
  if (!object.contains(key)) return std::nullopt;
  return condition(object, key, where, scope);
}

void RuleReader::read_conditions(const RuleJson& file) {
  for (std::size_t n = 0; n < list(file, "conditions", "").size(); ++n) {
    const std::string where = item("", "conditions", n);
    const RuleJson& json = file["conditions"][n];
    const std::string name = text(json, "name", where);
    NamedCondition named;
    named.about = text(json, "about", where);
    named.scope = flag(json, "of_device", where) ? ConditionScope::device : ConditionScope::machine;
    const ConditionNames names{*book_.vocabulary, *book_.conditions};
    // In the scope of a device its facts have no dot in their names either.
    if (resolve_name(name, names, ConditionScope::device)) throw BadRule{where + "/name", "is the name of a fact"};
    named.when = condition(json, "when", where, named.scope);
    if (!book_.conditions.edit().emplace(name, std::move(named)).second)
      throw BadRule{where + "/name", fmt::format("\"{}\" is there twice", name)};
  }
}

std::string RuleReader::type_of(const std::string& fact, const std::string& where) const {
  const auto it = book_.vocabulary->find(fact);
  if (it != book_.vocabulary->end()) return it->second;
  // Built in: <platform>.state, .blocked_layer, .layer.<name>, .device_count, and the same of a device.
  const bool is_of_device = fact.starts_with("device.");
  const auto built_in = resolve_name(is_of_device ? std::string_view(fact).substr(7) : std::string_view(fact),
                                     {*book_.vocabulary, *book_.conditions},
                                     is_of_device ? ConditionScope::device : ConditionScope::machine);
  if (built_in && built_in->fact == fact) return built_in->kind.type == NameKind::Type::integer ? "int" : "text";
  std::vector<std::string> names;
  for (const auto& [name, type] : *book_.vocabulary) names.push_back(name);
  throw BadRule{where, fmt::format("no fact is named \"{}\"{}", fact, did_you_mean(fact, names))};
}

Value RuleReader::value(const RuleJson& json, const std::string& type, const std::string& where) {
  if (type == "bool" && json.is_boolean()) return json.get<bool>();
  if ((type == "int" || type == "float") && json.is_number_integer()) return json.get<std::int64_t>();
  if (type == "float" && json.is_number()) return json.get<double>();
  if (type == "version" && json.is_string())
    if (const auto version = Version::parse(json.get_ref<const std::string&>())) return *version;
  if ((type == "text" || type == "list") && json.is_string()) return json.get<std::string>();
  if (type == "list" && json.is_array() &&
      std::all_of(json.begin(), json.end(), [](const RuleJson& word) { return word.is_string(); }))
    return json.get<std::vector<std::string>>();
  throw BadRule{where, fmt::format("{} is no value of a fact of type {}", json.dump(), type)};
}

void RuleReader::require_placeholders(const std::string& text, const std::string& where) const {
  for (const std::string_view name : placeholders(text)) type_of(std::string(name), where);
}

std::string RuleReader::sentence(const RuleJson& object, const char* key, const std::string& where) const {
  std::string result = text(object, key, where);
  for (std::size_t open = result.find("[["); open != result.npos; open = result.find("[[", open + 2))
    if (const std::size_t close = result.find("]]", open); close == result.npos || close > result.find("[[", open + 2))
      throw BadRule{where + "/" + key, "\"[[\" without its \"]]\""};
  for (std::size_t open = result.find('{'); open != result.npos; open = result.find('{', open + 1))
    if (const std::size_t close = result.find('}', open); close != result.npos)
      type_of(result.substr(open + 1, close - open - 1), where + "/" + key);
  return result;
}

std::string RuleReader::command(const RuleJson& object, const char* key, const std::string& where) const {
  std::string result = text_or(object, key, where);
  require_placeholders(result, where + "/" + key);
  return result;
}

}  // namespace rigfit
