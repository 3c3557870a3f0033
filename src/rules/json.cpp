#include "rules/json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace rigfit {

const RuleJson& at(const RuleJson& object, const char* key, const std::string& where) {
  const auto it = object.find(key);
  if (it == object.end()) throw BadRule{where, fmt::format("\"{}\" is missing", key)};
  return *it;
}

std::string text(const RuleJson& object, const char* key, const std::string& where) {
  const RuleJson& value = at(object, key, where);
  if (!value.is_string()) throw BadRule{where + "/" + key, "is not a string"};
  return value.get<std::string>();
}

std::string text_or(const RuleJson& object, const char* key, const std::string& where, std::string otherwise) {
  return object.contains(key) ? text(object, key, where) : std::move(otherwise);
}

bool flag(const RuleJson& object, const char* key, const std::string& where) {
  if (!object.contains(key)) return false;
  if (!object[key].is_boolean()) throw BadRule{where + "/" + key, "is not true or false"};
  return object[key].get<bool>();
}

int whole(const RuleJson& object, const char* key, const std::string& where, int low, int high) {
  const RuleJson& value = at(object, key, where);
  if (!value.is_number_integer() || value < low || value > high)
    throw BadRule{where + "/" + key, fmt::format("is not a whole number from {} to {}", low, high)};
  return value.get<int>();
}

const RuleJson& list(const RuleJson& object, const char* key, const std::string& where) {
  static const RuleJson none = RuleJson::array();
  const auto it = object.find(key);
  if (it == object.end()) return none;
  if (!it->is_array()) throw BadRule{where + "/" + key, "is not a list"};
  return *it;
}

std::vector<std::string> texts(const RuleJson& object, const char* key, const std::string& where) {
  std::vector<std::string> result;
  for (const RuleJson& one : list(object, key, where)) {
    if (!one.is_string()) throw BadRule{where + "/" + key, "holds something that is not a string"};
    result.push_back(one.get<std::string>());
  }
  return result;
}

std::string item(const std::string& where, const char* key, std::size_t n) {
  return fmt::format("{}/{}/{}", where, key, n);
}

Source source_of(const RuleJson& source, const std::string& where) {
  return {text(source, "title", where), text(source, "url", where), whole(source, "year", where, 1990, 2100)};
}

Source read_source(const RuleJson& object, const std::string& where) {
  return source_of(at(object, "source", where), where + "/source");
}

}  // namespace rigfit
