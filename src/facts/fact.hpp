#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "facts/version.hpp"

namespace rigfit {

enum class Truth { no, unknown, yes };
std::string_view name_of(Truth truth);
inline Truth truth_of(bool b) { return b ? Truth::yes : Truth::no; }
Truth operator!(Truth a);
Truth operator&(Truth a, Truth b);  ///< Kleene: no wins, then unknown
Truth operator|(Truth a, Truth b);  ///< Kleene: yes wins, then unknown

using Value = std::variant<bool, std::int64_t, double, std::string, Version, std::vector<std::string>>;

/// One thing known about the machine, or why it is not known. Exactly three cases:
/// a value; `none` (looked, and there is no such thing: no driver, so no driver version); unknown, with the reason.
struct Fact {
  std::optional<Value> value;
  bool none = false;
  std::string because;               ///< of none and unknown: why, in a few words
  std::vector<std::string> sources;  ///< keys of the answers it was read from
  bool was_asked = true;             ///< false: nobody tried to find out, so that being unknown is no gap
  std::vector<Value> may_be;         ///< of unknown: all that it can be, where that is known; else empty

  static Fact of(Value value, std::vector<std::string> sources = {});
  static Fact of_none(std::string because, std::vector<std::string> sources = {});
  static Fact unknown(std::string because, std::vector<std::string> sources = {});
  /// Unknown, but one of `values`; the value where there is only one.
  static Fact one_of(std::vector<Value> values, std::string because, std::vector<std::string> sources = {});

  bool known() const { return value.has_value(); }
  bool is_unknown() const { return !value && !none; }
};

/// `value` as people write it: "yes", "580.82.07", "4096", "a, b".
std::string to_text(const Value& value);
/// The same for a fact: its value, "none", or "unknown (because …)".
std::string to_text(const Fact& fact);

/// Facts by name; names are declared in rules/facts.json.
class FactTable {
 public:
  /// Sets or replaces.
  void set(std::string name, Fact fact);
  /// Sets a value with its sources.
  void set(std::string name, Value value, std::vector<std::string> sources);
  /// Sets only when nothing is known under `name` yet: the first source that answers is kept.
  void set_if_unknown(std::string name, Fact fact);

  /// The fact, or one that is unknown because no probe read it.
  const Fact& at(std::string_view name) const;
  bool has(std::string_view name) const;

  /// The value when it is known and of type T.
  template <class T>
  const T* get(std::string_view name) const {
    const Fact& fact = at(name);
    return fact.value ? std::get_if<T>(&*fact.value) : nullptr;
  }

  auto begin() const { return facts_.begin(); }
  auto end() const { return facts_.end(); }
  std::size_t size() const { return facts_.size(); }

 private:
  std::map<std::string, Fact, std::less<>> facts_;
};

}  // namespace rigfit
