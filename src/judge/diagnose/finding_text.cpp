#include "judge/diagnose/finding_text.hpp"

#include <algorithm>

#include "rules/condition.hpp"

namespace rigfit {
namespace {

constexpr std::string_view opening = "[[", closing = "]]";

/// A text by its parts: outside of double brackets, inside, outside, …
template <class Take>
void take_apart(std::string_view text, const Take& take) {
  while (true) {
    const std::size_t open = text.find(opening), close = text.find(closing, open);
    if (open == text.npos || close == text.npos) return take(text, false);
    take(text.substr(0, open), false);
    take(text.substr(open + opening.size(), close - open - opening.size()), true);
    text.remove_prefix(close + closing.size());
  }
}

bool has_value(std::string_view name, const Facts& facts, const Device* device) {
  return look_up(name, facts, device).value.has_value();
}

bool knows_all(std::string_view text, const Facts& facts, const Device* device) {
  const auto names = placeholders(text);
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) { return has_value(name, facts, device); });
}

}  // namespace

std::string fill_in_sentence(std::string_view text, const Facts& facts, const Device* device) {
  std::string kept;
  take_apart(text, [&](std::string_view part, bool is_optional) {
    if (!is_optional || knows_all(part, facts, device)) kept += part;
  });
  return fill_in(kept, facts, device);
}

bool lacks_a_fact(std::string_view text, const Facts& facts, const Device* device) {
  bool lacks = false;
  take_apart(text, [&](std::string_view part, bool is_optional) {
    for (const std::string_view name : placeholders(part))
      lacks = lacks || (!is_optional && !name.ends_with(".name") && !has_value(name, facts, device));
  });
  return lacks;
}

}  // namespace rigfit
