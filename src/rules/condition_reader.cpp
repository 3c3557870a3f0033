#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/reader.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {
using Op = Condition::Op;
}

Condition RuleReader::condition(const RuleJson& json, const std::string& where) const {
  if (!json.is_object()) throw BadRule{where, "is no condition"};
  Condition condition;
  if (json.contains("all") || json.contains("any")) {
    condition.op = json.contains("all") ? Op::all : Op::any;
    const char* key = json.contains("all") ? "all" : "any";
    for (std::size_t n = 0; n < list(json, key, where).size(); ++n)
      condition.parts.push_back(this->condition(json[key][n], item(where, key, n)));
    return condition;
  }
  if (json.contains("not")) {
    condition.op = Op::negate;
    condition.parts.push_back(this->condition(json["not"], where + "/not"));
    return condition;
  }
  for (const auto& [key, op] : {std::pair{"some", Op::some}, {"every", Op::every}})
    if (json.contains(key)) {
      condition.op = op;
      condition.devices_of = text(json, key, where);
      condition.parts.push_back(this->condition(at(json, "where", where), where + "/where"));
      return condition;
    }
  return comparison(json, where);
}

Condition RuleReader::comparison(const RuleJson& json, const std::string& where) const {
  Condition condition;
  condition.fact = text(json, "fact", where);
  const std::string type = type_of(condition.fact, where);
  for (const auto& [key, op] : {std::pair{"is", Op::is},
                                {"is_one_of", Op::is_one_of},
                                {"at_least", Op::at_least},
                                {"below", Op::below},
                                {"known", Op::known}}) {
    if (!json.contains(key)) continue;
    condition.op = op;
    if (op == Op::is_one_of)
      for (const RuleJson& one : list(json, key, where)) condition.wanted.push_back(value(one, type, where));
    else
      condition.wanted.push_back(op == Op::known ? Value(flag(json, key, where)) : value(json[key], type, where));
    return condition;
  }
  throw BadRule{where, "has no operator: is, is_one_of, at_least, below or known"};
}

std::optional<Condition> RuleReader::optional_condition(const RuleJson& object, const char* key,
                                                        const std::string& where) const {
  if (!object.contains(key)) return std::nullopt;
  return condition(object[key], where + "/" + key);
}

std::string RuleReader::type_of(const std::string& fact, const std::string& where) const {
  const auto it = book_.vocabulary->find(fact);
  if (it != book_.vocabulary->end()) return it->second;
  // Built in: <platform>.state, <platform>.layer.<name>, <platform>.device_count, and the same of a device.
  const std::size_t dot = fact.find('.');
  const std::string rest = dot == fact.npos ? "" : fact.substr(dot + 1);
  if (rest == "state" || rest.starts_with("layer.")) return "text";
  if (rest == "device_count") return "int";
  std::vector<std::string> names;
  for (const auto& [name, type] : book_.vocabulary) names.push_back(name);
  throw BadRule{where + "/fact", fmt::format("no fact is named \"{}\"{}", fact, did_you_mean(fact, names))};
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
