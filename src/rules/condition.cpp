#include "rules/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "facts/size_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;

/// What is wanted of a fact that is made for the question: most questions are about the truth alone.
enum class Wanted { value, reasons };

Fact of_truth(const LayerState& layer, Wanted wanted) {
  const std::vector<std::string> sources = wanted == Wanted::reasons ? layer.sources : std::vector<std::string>{};
  if (layer.holds == Truth::unknown) {
    Fact fact = Fact::unknown(wanted == Wanted::reasons ? layer.because : "", sources);
    fact.was_asked = layer.was_tried && !layer.because.empty();  // without a reason it was never judged
    return fact;
  }
  return Fact::of(std::string(name_of(layer.holds)), sources);
}

/// "user library: libcuda.so.1 is an empty file": the lowest layer that fails, else why the state is what it is.
Fact blocked_layer(State state, const std::string& because, const Layers& layers) {
  if (state != State::blocked) return Fact::of_none("it is not blocked");
  for (std::size_t n = 0; n < layer_count; ++n) {
    const LayerState& layer = layers[static_cast<Layer>(n)];
    if (layer.holds != Truth::no) continue;
    std::string words(name_of(static_cast<Layer>(n)));
    std::replace(words.begin(), words.end(), '_', ' ');
    return Fact::of(layer.because.empty() ? words : fmt::format("{}: {}", words, layer.because), layer.sources);
  }
  return because.empty() ? Fact::unknown("no layer tells") : Fact::of(because);
}

std::optional<Fact> built_in_fact(std::string_view name, State state, const std::string& because, const Layers& layers,
                                  Wanted wanted) {
  if (name == "state") return Fact::of(std::string(name_of(state)));
  if (name == "blocked_layer") return blocked_layer(state, because, layers);
  if (!name.starts_with("layer.")) return std::nullopt;
  for (std::size_t n = 0; n < layer_count; ++n)
    if (name.substr(6) == name_of(static_cast<Layer>(n))) return of_truth(layers[static_cast<Layer>(n)], wanted);
  return std::nullopt;
}

/// Numbers compare as numbers, versions as versions, a version with a text as versions when the text is one.
std::optional<std::partial_ordering> compare(const Value& seen, const Value& wanted) {
  if (const auto* a = std::get_if<Version>(&seen), *b = std::get_if<Version>(&wanted); a && b) return *a <=> *b;
  const auto number = [](const Value& v) -> std::optional<double> {
    if (const auto* n = std::get_if<std::int64_t>(&v)) return static_cast<double>(*n);
    if (const auto* d = std::get_if<double>(&v)) return *d;
    return std::nullopt;
  };
  const auto version = [](const Value& v) -> std::optional<Version> {
    if (const auto* one = std::get_if<Version>(&v)) return *one;
    if (const auto* text = std::get_if<std::string>(&v)) return Version::parse(*text);
    if (const auto* n = std::get_if<std::int64_t>(&v)) return Version::parse(std::to_string(*n));
    return std::nullopt;
  };
  if (const auto a = number(seen), b = number(wanted); a && b) return *a <=> *b;
  if (const auto a = version(seen), b = version(wanted); a && b) return *a <=> *b;
  return std::nullopt;
}

bool is_text(const std::string& seen, const Value& wanted) {
  const auto* text = std::get_if<std::string>(&wanted);
  return text ? seen == *text : seen == to_text(wanted);
}

bool equal(const Value& seen, const Value& wanted) {
  if (const auto* list = std::get_if<std::vector<std::string>>(&seen))
    return std::any_of(list->begin(), list->end(), [&](const std::string& one) { return is_text(one, wanted); });
  if (const auto* text = std::get_if<std::string>(&seen)) return is_text(*text, wanted);
  if (std::holds_alternative<bool>(seen))
    return std::holds_alternative<bool>(wanted) && std::get<bool>(seen) == std::get<bool>(wanted);
  const auto order = compare(seen, wanted);
  return order && *order == std::partial_ordering::equivalent;
}

bool is_in_order(std::partial_ordering order, Op op) {
  if (op == Op::below) return std::is_lt(order);
  if (op == Op::at_most) return std::is_lteq(order);
  if (op == Op::above) return std::is_gt(order);
  return op == Op::at_least ? std::is_gteq(order) : std::is_eq(order);
}

Truth judge(const Condition& condition, const Fact& fact) {
  if (condition.op == Op::known) return truth_of(fact.known());
  if (condition.op == Op::unknown) return truth_of(fact.is_unknown());
  if (condition.op == Op::none && !fact.is_unknown()) return truth_of(fact.none);
  if (fact.none) return Truth::no;
  // Where it can only be one of a few values, and all of them give the same answer, that is the answer.
  if (!fact.value && !fact.may_be.empty()) {
    std::optional<Truth> all;
    for (const Value& value : fact.may_be) {
      const Truth one = judge(condition, Fact::of(value));
      if (all && *all != one) return Truth::unknown;
      all = one;
    }
    return *all;
  }
  if (!fact.value) return Truth::unknown;
  switch (condition.op) {
    case Op::is:
    case Op::is_one_of:
      return truth_of(std::any_of(condition.wanted.begin(), condition.wanted.end(),
                                  [&](const Value& wanted) { return equal(*fact.value, wanted); }));
    case Op::at_least:
    case Op::below:
    case Op::at_most:
    case Op::above: {
      const auto order = compare(*fact.value, condition.wanted.front());
      return order ? truth_of(is_in_order(*order, condition.op)) : Truth::unknown;
    }
    default:
      return Truth::unknown;
  }
}

void append(std::vector<Term>& terms, std::vector<Term>&& more) {
  for (Term& term : more) {
    const auto same = [&](const Term& t) {
      return t.fact == term.fact && t.op == term.op && t.wanted == term.wanted && t.seen == term.seen;
    };
    if (std::none_of(terms.begin(), terms.end(), same)) terms.push_back(std::move(term));
  }
}

/// What an `all` (or, turned round, an `any`) says of its parts, with the terms of those that decided.
Verdict combine(std::vector<Verdict> parts, bool is_all) {
  Verdict verdict;
  verdict.truth = truth_of(is_all);
  for (const Verdict& part : parts) verdict.truth = is_all ? verdict.truth & part.truth : verdict.truth | part.truth;
  for (Verdict& part : parts)
    if (part.truth == verdict.truth) append(verdict.terms, std::move(part.terms));
  return verdict;
}

/// The fact of that name where it lies, or one that is made for the question in `made`.
const Fact& find_fact(std::string_view name, const Facts& facts, const Device* device, Wanted wanted, Fact& made) {
  const auto keep = [&](Fact fact) -> const Fact& { return made = std::move(fact); };
  if (name.starts_with("device.")) {
    if (!device) return keep(Fact::unknown("no device is meant here"));
    name.remove_prefix(7);
    if (auto fact = built_in_fact(name, device->state, device->because, device->layers, wanted))
      return keep(std::move(*fact));
    return device->facts.at_by_name(name);
  }
  if (const Fact* fact = facts.host.find_by_name(name)) return *fact;
  const std::size_t dot = name.find('.');
  if (dot != name.npos)
    if (const Platform* platform = facts.platform(name.substr(0, dot))) {
      const std::string_view rest = name.substr(dot + 1);
      if (rest == "device_count") return keep(Fact::of(static_cast<std::int64_t>(platform->devices.size())));
      if (auto fact = built_in_fact(rest, platform->state, platform->because, platform->layers, wanted))
        return keep(std::move(*fact));
      return platform->facts.at_by_name(rest);
    }
  return facts.host.at_by_name(name);
}

/// What the number of devices says that certainly (and at most) fulfill the part of a `count`.
Truth judge_count(const Condition& condition, std::int64_t least, std::int64_t most) {
  const auto* wanted = std::get_if<std::int64_t>(&condition.wanted.front());
  if (!wanted) return Truth::unknown;
  // The number is one from least to most; the comparison holds for all, none or some of those.
  const auto holds_for = [&](std::int64_t n) { return is_in_order(n <=> *wanted, condition.compared); };
  if (condition.compared == Op::is && least < *wanted && *wanted < most) return Truth::unknown;
  return holds_for(least) == holds_for(most) ? truth_of(holds_for(least)) : Truth::unknown;
}

/// `some`, `every` and `count` where it is not known which devices there are.
Verdict without_devices(const Condition& condition, const Platform* platform) {
  Verdict verdict;
  verdict.terms.push_back({condition.devices_of + ".device_count",
                           condition.op == Op::count ? condition.compared : condition.op,
                           "",
                           "unknown",
                           Truth::unknown,
                           platform ? platform->because : "no probe looked for it",
                           {},
                           true});
  return verdict;
}

Verdict evaluate_count(const Condition& condition, std::vector<Verdict> parts) {
  std::int64_t least = 0, most = 0;
  Verdict verdict;
  for (Verdict& part : parts) {
    least += part.truth == Truth::yes;
    most += part.truth != Truth::no;
    if (part.truth == Truth::unknown) append(verdict.terms, std::move(part.terms));
  }
  verdict.truth = judge_count(condition, least, most);
  if (verdict.truth != Truth::unknown) verdict.terms.clear();
  verdict.terms.insert(verdict.terms.begin(),
                       {condition.devices_of + ".devices",
                        condition.compared,
                        to_text(condition.wanted.front()),
                        least == most ? fmt::format("{}", least) : fmt::format("{} to {}", least, most),
                        verdict.truth,
                        "",
                        {}});
  return verdict;
}

/// Whether it is known which devices there are.
bool is_listed(const Platform* platform) {
  return platform && !(platform->state == State::unknown && platform->devices.empty());
}

/// evaluate_devices() without its terms.
Truth devices_hold(const Condition& condition, const Facts& facts) {
  const Platform* platform = facts.platform(condition.devices_of);
  if (!is_listed(platform)) return Truth::unknown;
  std::int64_t least = 0, most = 0;
  const auto all = static_cast<std::int64_t>(platform->devices.size());
  for (const Device& one : platform->devices) {
    const Truth truth = holds(condition.parts.front(), facts, &one);
    if (condition.op == Op::some && truth == Truth::yes) return Truth::yes;
    if (condition.op == Op::every && truth == Truth::no) return Truth::no;
    least += truth == Truth::yes;
    most += truth != Truth::no;
  }
  if (condition.op == Op::count) return judge_count(condition, least, most);
  if (condition.op == Op::every) return most < all ? Truth::no : least < all ? Truth::unknown : Truth::yes;
  return least > 0 ? Truth::yes : most > 0 ? Truth::unknown : Truth::no;
}

Verdict evaluate_devices(const Condition& condition, const Facts& facts) {
  const Platform* platform = facts.platform(condition.devices_of);
  if (!is_listed(platform)) return without_devices(condition, platform);
  std::vector<Verdict> parts;
  parts.reserve(platform->devices.size());
  for (const Device& one : platform->devices) parts.push_back(evaluate(condition.parts.front(), facts, &one));
  return condition.op == Op::count ? evaluate_count(condition, std::move(parts))
                                   : combine(std::move(parts), condition.op == Op::every);
}

}  // namespace

std::string_view name_of(Op op) {
  switch (op) {
    case Op::is:
      return "is";
    case Op::is_one_of:
      return "is one of";
    case Op::at_least:
      return "at least";
    case Op::below:
      return "below";
    case Op::at_most:
      return "at most";
    case Op::above:
      return "above";
    case Op::known:
      return "known";
    case Op::unknown:
      return "unknown";
    case Op::none:
      return "none";
    default:
      return "";
  }
}

bool has_values(std::string_view name, const Facts& facts, const Device* device) {
  Fact made;
  const Fact& fact = find_fact(name, facts, device, Wanted::value, made);
  return fact.value || !fact.may_be.empty();
}

void add_compared_facts(const Condition& condition, std::vector<std::string>& names) {
  if (!condition.fact.empty()) names.push_back(condition.fact);
  for (const Condition& part : condition.parts) add_compared_facts(part, names);
}

Fact look_up(std::string_view name, const Facts& facts, const Device* device) {
  Fact made;
  return find_fact(name, facts, device, Wanted::reasons, made);
}

Truth holds(const Condition& condition, const Facts& facts, const Device* device) {
  Truth truth = Truth::yes;
  switch (condition.op) {
    case Op::always:
      return Truth::yes;
    case Op::all:
      for (const Condition& part : condition.parts)
        if ((truth = truth & holds(part, facts, device)) == Truth::no) break;
      return truth;
    case Op::any:
      truth = Truth::no;
      for (const Condition& part : condition.parts)
        if ((truth = truth | holds(part, facts, device)) == Truth::yes) break;
      return truth;
    case Op::negate:
      return !holds(condition.parts.front(), facts, device);
    case Op::some:
    case Op::every:
    case Op::count:
      return devices_hold(condition, facts);
    default:
      break;
  }
  Fact made;
  return judge(condition, find_fact(condition.fact, facts, device, Wanted::value, made));
}

Verdict evaluate(const Condition& condition, const Facts& facts, const Device* device) {
  Verdict verdict;
  switch (condition.op) {
    case Op::always:
      verdict.truth = Truth::yes;
      return verdict;
    case Op::all:
    case Op::any: {
      std::vector<Verdict> parts;
      parts.reserve(condition.parts.size());
      for (const Condition& part : condition.parts) parts.push_back(evaluate(part, facts, device));
      return combine(std::move(parts), condition.op == Op::all);
    }
    case Op::negate:
      verdict = evaluate(condition.parts.front(), facts, device);
      verdict.truth = !verdict.truth;
      return verdict;
    case Op::some:
    case Op::every:
    case Op::count:
      return evaluate_devices(condition, facts);
    default:
      break;
  }
  Fact made;
  const Fact& fact = find_fact(condition.fact, facts, device, Wanted::reasons, made);
  verdict.truth = judge(condition, fact);
  Term term{
      condition.fact, condition.op, "",           fact.value ? to_text(*fact.value) : fact.none ? "none" : "unknown",
      verdict.truth,  fact.because, fact.sources, !fact.value && fact.was_asked};
  for (const Value& wanted : condition.wanted) append_to_list(term.wanted, to_text(wanted));
  verdict.terms.push_back(std::move(term));
  return verdict;
}

std::vector<std::string_view> placeholders(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz", others = "0123456789_.";
  std::vector<std::string_view> names;
  for (std::size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == text.npos) break;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const bool is_shell = open > 0 && text[open - 1] == '$';
    const bool is_word = std::all_of(name.begin(), name.end(), [&](char c) {
      return letters.find(c) != letters.npos || others.find(c) != others.npos;
    });
    const std::size_t dot = name.find('.');
    if (is_word && !is_shell && dot != name.npos && letters.find(name.front()) != letters.npos &&
        name.find("..") == name.npos && name.back() != '.')
      names.push_back(name);
  }
  return names;
}

namespace {

/// What stands for a fact that has no value, in the middle of a sentence or at its beginning.
std::string stand_in(std::string_view name, const Fact& fact, bool is_first) {
  if (name.ends_with(".name") && !fact.none)
    return is_first ? "A device without a known name" : "a device without a known name";
  return fact.none ? "none" : "unknown";
}

}  // namespace

std::string fill_in(std::string_view text, const Facts& facts, const Device* device) {
  std::string filled;
  for (const std::string_view name : placeholders(text)) {
    const auto open = static_cast<std::size_t>(name.data() - text.data()) - 1;
    filled += text.substr(0, open);
    text.remove_prefix(open + name.size() + 2);
    const Fact fact = look_up(name, facts, device);
    const auto* number = fact.value ? std::get_if<std::int64_t>(&*fact.value) : nullptr;
    filled += number && name.ends_with("_bytes") ? size_text(*number)
              : fact.value                       ? to_text(*fact.value)
                                                 : stand_in(name, fact, filled.empty());
  }
  return filled += text;
}

}  // namespace rigfit
