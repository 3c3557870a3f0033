#include "probes/parse/json_fields.hpp"

#include <nlohmann/json.hpp>

namespace rigfit {

using Json = nlohmann::json;

const Json* json_member(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::string json_text(const Json& object, const char* key) {
  const Json* value = json_member(object, key);
  return value && value->is_string() ? value->get<std::string>() : "";
}

std::optional<std::int64_t> json_integer(const Json& object, const char* key) {
  const Json* value = json_member(object, key);
  if (!value || !value->is_number_integer() || (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX))
    return std::nullopt;
  return value->get<std::int64_t>();
}

std::optional<double> json_real(const Json& object, const char* key) {
  const Json* value = json_member(object, key);
  return value && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

std::optional<bool> json_flag(const Json& object, const char* key) {
  const Json* value = json_member(object, key);
  return value && value->is_boolean() ? std::optional(value->get<bool>()) : std::nullopt;
}

template <class Scope>
void Taker<Scope>::count(const char* key, FactName<Scope, std::int64_t> fact, std::int64_t divisor) const {
  if (const auto value = json_integer(object_, key); value && *value >= 0) facts_.set(fact, *value / divisor, {});
}

template <class Scope>
void Taker<Scope>::real(const char* key, FactName<Scope, double> fact) const {
  if (const auto value = json_real(object_, key)) facts_.set(fact, *value, {});
}

template <class Scope>
void Taker<Scope>::flag(const char* key, FactName<Scope, bool> fact) const {
  if (const auto value = json_flag(object_, key)) facts_.set(fact, *value, {});
}

template <class Scope>
void Taker<Scope>::word(const char* key, FactName<Scope, std::string> fact) const {
  if (std::string value = json_text(object_, key); !value.empty()) facts_.set(fact, std::move(value), {});
}

template class Taker<PlatformScope>;
template class Taker<DeviceScope>;

}  // namespace rigfit
