#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "facts/fact.hpp"

namespace rigfit {

// Reading what `rigfit ask` answered: a value that is missing or of another kind was not reported.

const nlohmann::json* json_member(const nlohmann::json& object, const char* key);
std::string json_text(const nlohmann::json& object, const char* key);
std::optional<std::int64_t> json_integer(const nlohmann::json& object, const char* key);
std::optional<double> json_real(const nlohmann::json& object, const char* key);
std::optional<bool> json_flag(const nlohmann::json& object, const char* key);

/// Copies values under the names of facts of platforms or devices, without sources.
template <class Scope>
class Taker {
 public:
  Taker(const nlohmann::json& object, FactsOf<Scope>& facts) : object_(object), facts_(facts) {}
  void count(const char* key, FactName<Scope, std::int64_t> fact, std::int64_t divisor = 1) const;  ///< from 0 up
  void real(const char* key, FactName<Scope, double> fact) const;
  void flag(const char* key, FactName<Scope, bool> fact) const;
  void word(const char* key, FactName<Scope, std::string> fact) const;
  const nlohmann::json& object() const { return object_; }

 private:
  const nlohmann::json& object_;
  FactsOf<Scope>& facts_;
};

}  // namespace rigfit
