#include "facts/fact.hpp"

#include <fmt/format.h>

namespace rigfit {

std::string_view name_of(Truth truth) {
  switch (truth) {
    case Truth::no:
      return "no";
    case Truth::unknown:
      return "unknown";
    case Truth::yes:
      return "yes";
  }
  return "";
}

Truth operator!(Truth a) { return a == Truth::unknown ? a : truth_of(a == Truth::no); }
Truth operator&(Truth a, Truth b) { return a < b ? a : b; }
Truth operator|(Truth a, Truth b) { return a < b ? b : a; }

Fact Fact::of(Value value, std::vector<std::string> sources) {
  Fact fact;
  fact.value = std::move(value);
  fact.sources = std::move(sources);
  return fact;
}

NoValue Fact::of_none(std::string because, std::vector<std::string> sources) {
  NoValue fact;
  fact.none = true;
  fact.because = std::move(because);
  fact.sources = std::move(sources);
  return fact;
}

NoValue Fact::unknown(std::string because, std::vector<std::string> sources) {
  NoValue fact;
  fact.because = std::move(because);
  fact.sources = std::move(sources);
  return fact;
}

std::string to_text(const Value& value) {
  struct {
    std::string operator()(bool b) const { return b ? "yes" : "no"; }
    std::string operator()(std::int64_t n) const { return fmt::format("{}", n); }
    std::string operator()(double d) const { return fmt::format("{}", d); }
    std::string operator()(const std::string& s) const { return s; }
    std::string operator()(const Version& v) const { return v.text(); }
    std::string operator()(const std::vector<std::string>& list) const {
      return fmt::format("{}", fmt::join(list, ", "));
    }
  } text;
  return std::visit(text, value);
}

std::string to_text(const Fact& fact) {
  if (fact.value) return to_text(*fact.value);
  return fmt::format("{}{}", fact.none ? "none" : "unknown",
                     fact.because.empty() ? "" : fmt::format(" ({})", fact.because));
}

void FactTable::set_by_name(std::string_view name, Fact fact) {
  auto& facts = facts_.edit();
  const auto at = facts.lower_bound(name);
  if (at != facts.end() && at->first == name)
    at->second = std::move(fact);
  else
    facts.emplace_hint(at, name, std::move(fact));
}

void FactTable::set_by_name_if_unknown(std::string_view name, Fact fact) {
  if (at_by_name(name).is_unknown()) set_by_name(name, std::move(fact));
}

const Fact& FactTable::at_by_name(std::string_view name) const {
  static const Fact unread{std::nullopt, false, "it was not read", {}, false, {}};
  const Fact* fact = find_by_name(name);
  return fact ? *fact : unread;
}

const Fact* FactTable::find_by_name(std::string_view name) const {
  const auto it = facts_->find(name);
  return it == facts_->end() ? nullptr : &it->second;
}

}  // namespace rigfit
