#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "facts/copy_on_write.hpp"
#include "facts/fact_name.hpp"
#include "facts/version.hpp"

namespace rigfit {

enum class Truth { no, unknown, yes };
std::string_view name_of(Truth truth);
inline Truth truth_of(bool b) { return b ? Truth::yes : Truth::no; }
Truth operator!(Truth a);
Truth operator&(Truth a, Truth b);  ///< Kleene: no wins, then unknown
Truth operator|(Truth a, Truth b);  ///< Kleene: yes wins, then unknown

using Value = std::variant<bool, std::int64_t, double, std::string, Version, std::vector<std::string>>;

namespace detail {

/// The type of a fact that is made of a U: texts of any kind are std::string, whole numbers std::int64_t.
template <class U>
using FactTypeOf =
    std::conditional_t<std::same_as<U, bool> || std::same_as<U, Version> || std::same_as<U, FactList>, U,
                       std::conditional_t<std::integral<U>, std::int64_t,
                                          std::conditional_t<std::floating_point<U>, double, std::string>>>;

}  // namespace detail

/// Whether a fact of type T may be given a U: nothing is narrowed, and a number is not taken for a yes or no.
template <class U, class T>
concept FactValue = std::same_as<detail::FactTypeOf<std::remove_cvref_t<U>>, T> && requires(U&& value) {
  T{std::forward<U>(value)};
};

template <class T>
struct FactOf;
struct NoValue;

/// One thing known about the machine, or why it is not known. Exactly three cases:
/// a value; `none` (looked, and there is no such thing: no driver, so no driver version); unknown, with the reason.
struct Fact {
  std::optional<Value> value;
  bool none = false;
  std::string because;               ///< of none and unknown: why, in a few words
  std::vector<std::string> sources;  ///< keys of the answers it was read from
  bool was_asked = true;             ///< false: nobody tried to find out, so that being unknown is no gap
  std::vector<Value> may_be;         ///< of unknown: all that it can be, where that is known; else empty

  template <class U>
  requires(!std::same_as<std::remove_cvref_t<U>, Value>) static FactOf<detail::FactTypeOf<std::remove_cvref_t<U>>> of(
      U&& value, std::vector<std::string> sources = {});
  static Fact of(Value value, std::vector<std::string> sources = {});  ///< of a type that is known from data alone
  static NoValue of_none(std::string because, std::vector<std::string> sources = {});
  static NoValue unknown(std::string because, std::vector<std::string> sources = {});
  /// Unknown, but one of `values`; the value where there is only one.
  template <class T>
  static FactOf<T> one_of(std::vector<T> values, std::string because, std::vector<std::string> sources = {});

  bool known() const { return value.has_value(); }
  bool is_unknown() const { return !value && !none; }
};

/// A fact that is none or unknown, and so fits every name.
struct NoValue : Fact {};

/// A fact whose value, if it has one, is a T.
template <class T>
struct FactOf : Fact {
  FactOf(NoValue nothing) : Fact(std::move(nothing)) {}
  template <FactValue<T> U>
  FactOf(U&& known, std::vector<std::string> from) {  // NOLINT(performance-unnecessary-value-param): it is moved
    value = T{std::forward<U>(known)};
    sources = std::move(from);
  }

  const T* get() const { return value ? std::get_if<T>(&*value) : nullptr; }
};

template <class U>
requires(!std::same_as<std::remove_cvref_t<U>, Value>) FactOf<detail::FactTypeOf<std::remove_cvref_t<U>>> Fact::of(
    U&& value, std::vector<std::string> sources) {
  return {std::forward<U>(value), std::move(sources)};
}

template <class T>
FactOf<T> Fact::one_of(std::vector<T> values, std::string because, std::vector<std::string> sources) {
  if (values.size() == 1) return {std::move(values.front()), std::move(sources)};
  NoValue fact = unknown(std::move(because), std::move(sources));
  for (T& one : values) fact.may_be.emplace_back(std::move(one));
  return fact;
}

/// `value` as people write it: "yes", "580.82.07", "4096", "a, b".
std::string to_text(const Value& value);
/// The same for a fact: its value, "none", or "unknown (because …)".
std::string to_text(const Fact& fact);

/// Facts by name. Names that come from data (rules, arguments, JSON) are texts, and go through the functions …_by_name;
/// code uses the typed names of FactsOf.
class FactTable {
 public:
  /// Sets or replaces.
  void set_by_name(std::string_view name, Fact fact);
  /// Sets only when nothing is known under `name` yet: the first source that answers is kept.
  void set_by_name_if_unknown(std::string_view name, Fact fact);
  /// The fact, or one that is unknown because no probe read it.
  const Fact& at_by_name(std::string_view name) const;
  bool has_by_name(std::string_view name) const { return find_by_name(name) != nullptr; }
  /// Null where no probe read it.
  const Fact* find_by_name(std::string_view name) const;
  /// The value when it is known and of type T.
  template <class T>
  const T* get_by_name(std::string_view name) const {
    const Fact& fact = at_by_name(name);
    return fact.value ? std::get_if<T>(&*fact.value) : nullptr;
  }

  auto begin() const { return facts_->begin(); }
  auto end() const { return facts_->end(); }
  std::size_t size() const { return facts_->size(); }

 private:
  CopyOnWrite<std::map<std::string, Fact, std::less<>>> facts_;
};

/// The facts of one scope, by the typed names of "fact_names/…": a name of another scope, or a value of another type
/// than the declared one, does not compile.
template <class Scope>
class FactsOf : public FactTable {
 public:
  template <class T>
  void set(FactName<Scope, T> name, std::type_identity_t<FactOf<T>> fact) {
    set_by_name(name.text(), std::move(fact));
  }
  template <class T, FactValue<T> U>
  void set(FactName<Scope, T> name, U&& value, std::vector<std::string> sources) {
    set_by_name(name.text(), FactOf<T>(std::forward<U>(value), std::move(sources)));
  }
  template <class T>
  void set_if_unknown(FactName<Scope, T> name, std::type_identity_t<FactOf<T>> fact) {
    set_by_name_if_unknown(name.text(), std::move(fact));
  }
  /// For lists of names of several types: that they are none or unknown.
  void set_none(AnyFactName<Scope> name, NoValue fact) { set_by_name(name.text(), std::move(fact)); }
  void set_none_if_unknown(AnyFactName<Scope> name, NoValue fact) {
    set_by_name_if_unknown(name.text(), std::move(fact));
  }
  /// What `more` has, each with `sources`; replaces.
  void set_all(const FactsOf& more, const std::vector<std::string>& sources) {
    for (const auto& [name, fact] : more) {
      Fact own = fact;
      own.sources = sources;
      set_by_name(name, std::move(own));
    }
  }
  /// What `other` knows and this does not.
  void add_unknown(const FactsOf& other) {
    for (const auto& [name, fact] : other) set_by_name_if_unknown(name, fact);
  }

  const Fact& at(AnyFactName<Scope> name) const { return at_by_name(name.text()); }
  bool has(AnyFactName<Scope> name) const { return has_by_name(name.text()); }
  /// The fact as one of the declared type, to be set elsewhere.
  template <class T>
  FactOf<T> copy(FactName<Scope, T> name) const {
    const Fact& fact = at(name);
    const T* value = get(name);
    return value ? FactOf<T>(*value, fact.sources) : FactOf<T>(NoValue{fact});
  }
  /// The value when it is known.
  template <class T>
  const T* get(FactName<Scope, T> name) const {
    const Fact& fact = at(name);
    return fact.value ? std::get_if<T>(&*fact.value) : nullptr;
  }
};

using HostFacts = FactsOf<HostScope>;
using PlatformFacts = FactsOf<PlatformScope>;
using DeviceFacts = FactsOf<DeviceScope>;

}  // namespace rigfit
