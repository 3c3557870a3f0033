#include "rules/condition_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "rules/condition_lexer.hpp"
#include "rules/short_forms.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;
using Type = NameKind::Type;
using Kind = ConditionToken::Kind;

constexpr std::size_t most_depth = 32;  ///< of brackets and `not`
constexpr std::string_view comparisons = "a comparison: =, !=, <, <=, >, >=, in [ ], known, unknown or none";

struct SizeUnit {
  std::string_view name;
  std::int64_t bytes;
};
/// The largest first, as they are tried in this order when a size is printed.
constexpr SizeUnit units[] = {{"TiB", std::int64_t{1} << 40},
                              {"GiB", std::int64_t{1} << 30},
                              {"MiB", std::int64_t{1} << 20},
                              {"KiB", std::int64_t{1} << 10},
                              {"TB", 1'000'000'000'000},
                              {"GB", 1'000'000'000},
                              {"MB", 1'000'000},
                              {"kB", 1'000},
                              {"B", 1}};

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "24GiB", "1.5GB", "0".
std::optional<std::int64_t> size_of(std::string_view text) {
  if (text == "0") return 0;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const SizeUnit& unit : units) {
    if (unit.name != name) continue;
    const std::string_view digits = text.substr(0, text.size() - name.size());
    if (const auto whole = number_of<std::int64_t>(digits))  // exact, where a double would round
      return *whole <= INT64_MAX / unit.bytes ? std::optional(*whole * unit.bytes) : std::nullopt;
    const double bytes = number * static_cast<double>(unit.bytes);
    return bytes < 9e18 ? std::optional(static_cast<std::int64_t>(bytes)) : std::nullopt;
  }
  return std::nullopt;
}

std::string expected_of(const NameKind& kind) {
  switch (kind.type) {
    case Type::boolean:
      return "yes or no";
    case Type::integer:
      return "a whole number";
    case Type::number:
      return "a number";
    case Type::version:
      return "a version such as 12.4";
    case Type::size:
      return "a size with its unit, such as 24GiB (B, kB, MB, GB, TB, KiB, MiB, GiB or TiB)";
    case Type::text:
    case Type::list:
      break;
  }
  if (kind.words.empty()) return "a word, or text in quotes";
  return fmt::format("{}{}", kind.words.size() > 1 ? "one of " : "", fmt::join(kind.words, ", "));
}

bool is_ordered(const NameKind& kind) {
  return kind.type != Type::boolean && kind.type != Type::list && kind.words.empty();
}

/// Reads one text by recursive descent. What is wrong is thrown as a ConditionError, and caught in parse_condition.
class Parser {
 public:
  Parser(std::string_view text, const ConditionNames& names) : text_(text), names_(names) {
    if (text.size() > most_condition_size) throw error_at(0, "the condition is too long", "");
    tokens_ = condition_tokens(text);
  }

  Condition whole(ConditionScope scope) {
    scope_ = scope;
    Condition condition = disjunction();
    if (here().kind != Kind::end) throw unexpected("and, or, or the end of the condition");
    return condition;
  }

 private:
  /// Restores what it was given when a bracket is left.
  struct Deeper {
    Parser& parser;
    ConditionScope scope;
    explicit Deeper(Parser& p) : parser(p), scope(p.scope_) {
      if (++parser.depth_ > most_depth)
        throw parser.error_at(parser.here().at, "the condition is nested too deeply", "");
    }
    ~Deeper() { --parser.depth_, parser.scope_ = scope; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
  };

  const ConditionToken& here() const { return tokens_[next_]; }
  const ConditionToken& following() const { return tokens_[std::min(next_ + 1, tokens_.size() - 1)]; }
  const ConditionToken& take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }

  bool take_word(std::string_view word) { return here().is_word(word) && (take(), true); }
  bool take_symbol(std::string_view symbol) { return here().is_symbol(symbol) && (take(), true); }
  void require_symbol(std::string_view symbol, std::string_view expected) {
    if (!take_symbol(symbol)) throw unexpected(std::string(expected));
  }

  ConditionError error_at(std::size_t at, std::string problem, std::string expected) const {
    // Columns count characters, not bytes.
    const auto before = text_.substr(0, at);
    const auto characters = std::count_if(before.begin(), before.end(),
                                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    return {static_cast<std::size_t>(characters) + 1, std::move(problem), std::move(expected), ""};
  }
  ConditionError unexpected(std::string expected) const {
    const ConditionToken& token = here();
    std::string problem = token.kind == Kind::end ? "the condition ends too early"
                          : token.kind == Kind::wrong && (token.text == "\"" || token.text == "'")
                              ? "a quote is not closed"
                              : fmt::format("\"{}\" is not understood", token.text.substr(0, 80));
    if (token.is_symbol("=") && next_ > 0 && tokens_[next_ - 1].is_symbol("=")) problem = "one = is enough";
    if (token.text == "&") expected = "and";
    if (token.text == "|") expected = "or";
    if (token.text == "!") expected = "not";
    return error_at(token.at, std::move(problem), std::move(expected));
  }

  /// `a and b` (Op::all) or `a or b` (Op::any). One part stands for itself, and those of the same kind are taken in,
  /// which changes neither the truth nor the terms.
  static Condition joined(Op op, std::vector<Condition> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    Condition condition;
    condition.op = op;
    for (Condition& part : parts) {
      if (part.op == op)
        std::move(part.parts.begin(), part.parts.end(), std::back_inserter(condition.parts));
      else
        condition.parts.push_back(std::move(part));
    }
    return condition;
  }

  Condition disjunction() {
    std::vector<Condition> parts;
    do parts.push_back(conjunction());
    while (take_word("or"));
    return joined(Op::any, std::move(parts));
  }
  Condition conjunction() {
    std::vector<Condition> parts;
    do parts.push_back(negation());
    while (take_word("and"));
    return joined(Op::all, std::move(parts));
  }
  Condition negation() {
    if (!take_word("not")) return primary();
    const Deeper deeper(*this);
    return negated(negation());
  }
  static Condition negated(Condition part) {
    Condition condition;
    condition.op = Op::negate;
    condition.parts.push_back(std::move(part));
    return condition;
  }

  Condition primary() {
    if (here().is_symbol("(")) {
      const Deeper deeper(*this);
      take();
      Condition condition = disjunction();
      require_symbol(")", "and, or, or )");
      return condition;
    }
    if (following().is_symbol("("))
      for (const auto& [word, op] : {std::pair{"any", Op::some}, {"all", Op::every}, {"count", Op::count}})
        if (here().is_word(word)) return quantifier(op);
    if (here().kind != Kind::word) throw unexpected("the name of a fact or of a condition, not, or (");
    return comparison();
  }

  /// any(LIST: condition), all(LIST: condition), count(LIST: condition) >= 4
  Condition quantifier(Op op) {
    Condition condition;
    condition.op = op;
    {
      const Deeper deeper(*this);
      take(), take();
      const ConditionToken list = take();
      auto platform = list.kind == Kind::word
                          ? resolve_list(list.text, names_)
                          : tl::unexpected(ConditionError{1, "a list is missing", "cuda.devices", ""});
      if (!platform) throw placed(std::move(platform.error()), list.at);
      condition.devices_of = std::move(*platform);
      require_symbol(":", ": and a condition on each device");
      scope_ = ConditionScope::device;
      condition.parts.push_back(disjunction());
      require_symbol(")", "and, or, or )");
    }
    if (op != Op::count) return condition;
    const bool is_not = here().is_symbol("!=");
    const auto compared = ordering();
    if (!compared) throw unexpected("=, !=, <, <=, > or >=, and a whole number");
    condition.compared = *compared;
    condition.wanted.push_back(value({Type::integer, {}}));
    return is_not ? negated(std::move(condition)) : condition;
  }

  /// Takes = != < <= > >=; `!=` is the negation of =.
  std::optional<Op> ordering() {
    for (const auto& [symbol, op] : {std::pair{"=", Op::is},
                                     {"!=", Op::is},
                                     {"<", Op::below},
                                     {"<=", Op::at_most},
                                     {">", Op::above},
                                     {">=", Op::at_least}})
      if (take_symbol(symbol)) return op;
    return std::nullopt;
  }

  ConditionError placed(ConditionError error, std::size_t at) const {
    error.column = error_at(at, "", "").column;
    return error;
  }

  bool is_after_comparison() const {
    return here().kind == Kind::end || here().is_symbol(")") || here().is_word("and") || here().is_word("or");
  }

  /// A name as it stands there.
  struct Name {
    std::string text;
    std::size_t at = 0;
    std::string_view quantifier;  ///< "any" of "any:cuda.memory"; empty for none
  };
  Name name() {
    const ConditionToken token = take();
    Name name{std::string(token.text), token.at, {}};
    if (!names_.has_short_forms || scope_ != ConditionScope::machine || !take_symbol(":")) return name;
    if (here().kind != Kind::word) throw unexpected("a name");
    const std::string_view second = take().text;
    const bool is_quantifier = token.text == "any" || token.text == "all";
    if (is_quantifier) name.quantifier = token.text;
    name.text = is_quantifier ? std::string(second) : fmt::format("{}:{}", token.text, second);
    return name;
  }

  /// One name with what it is held against, or alone: a named condition, or a fact that is yes or no.
  Condition comparison() {
    const Name name = this->name();
    const bool is_plain = name.quantifier.empty();
    const auto named = names_.conditions.find(name.text);
    if (is_plain && named != names_.conditions.end()) {
      if (named->second.scope == ConditionScope::machine || scope_ == ConditionScope::device) return named->second.when;
      throw error_at(name.at, fmt::format("the condition \"{}\" is about a device", name.text),
                     fmt::format("a list to look through, such as any(cuda.devices: {})", name.text));
    }
    const bool is_other = names_.others.count(name.text) > 0;
    const auto alone = names_.alone.find(name.text);
    if (is_plain && alone != names_.alone.end() && scope_ == ConditionScope::machine) {
      if (is_after_comparison()) return alone->second;
      if (!is_other)
        throw error_at(name.at, fmt::format("\"{}\" stands alone", name.text), "and, or, or the end of the condition");
    }
    if (names_.has_short_forms && scope_ == ConditionScope::machine && (!is_plain || !is_other))
      if (const auto form = device_form(name.text, names_))
        return over_devices(form->platform, with_memory(held(form->name)), name.quantifier == "any");
    auto resolved = resolve_name(name.text, names_, scope_);
    if (!resolved) throw placed(std::move(resolved.error()), name.at);
    if (!is_plain)
      throw error_at(name.at, fmt::format("\"{}\" is not about devices", name.text),
                     fmt::format("{} without \"{}:\"", name.text, name.quantifier));
    return is_other ? held(*resolved) : with_memory(held(*resolved));
  }

  /// Sizes of devices' memory are met by a little less.
  static Condition with_memory(Condition leaf) {
    if (is_device_memory(leaf.fact) && (leaf.op == Op::at_least || leaf.op == Op::below))
      if (auto* bytes = std::get_if<std::int64_t>(&leaf.wanted.front())) *bytes = enough_memory(*bytes);
    return leaf;
  }

  /// What a fact is held against.
  Condition held(const ResolvedName& resolved) {
    Condition condition;
    condition.fact = resolved.fact;
    for (const auto& [word, op] : {std::pair{"known", Op::known}, {"unknown", Op::unknown}, {"none", Op::none}})
      if (take_word(word)) {
        condition.op = op;
        condition.wanted.push_back(true);
        return condition;
      }
    const bool is_not_in = here().is_word("not") && following().is_word("in");
    if (is_not_in) take();
    if (here().is_word("in")) {
      condition = one_of(std::move(condition), resolved.kind);
      return is_not_in ? negated(std::move(condition)) : condition;
    }
    return held_against(std::move(condition), resolved.kind);
  }

  /// in [a, b]
  Condition one_of(Condition condition, const NameKind& kind) {
    if (kind.type == Type::boolean) throw unexpected("= yes or = no");
    take();
    require_symbol("[", "[ and the values");
    condition.op = Op::is_one_of;
    do condition.wanted.push_back(value(kind));
    while (take_symbol(","));
    require_symbol("]", ", and another value, or ]");
    return condition;
  }

  Condition held_against(Condition condition, const NameKind& kind) {
    const ConditionToken sign = here();
    const auto op = ordering();
    if (!op) {
      if (kind.type != Type::boolean) throw unexpected(std::string(comparisons));
      condition.op = Op::is;
      condition.wanted.push_back(true);
      return condition;
    }
    condition.op = *op;
    if (*op != Op::is && !is_ordered(kind))
      throw error_at(sign.at, fmt::format("\"{}\" is not understood here", sign.text),
                     "=, != or in, as these values have no order");
    const std::size_t at = here().at;
    condition.wanted.push_back(value(kind));
    if (const auto* word = std::get_if<std::string>(&condition.wanted.back());
        *op != Op::is && word && !Version::parse(*word))
      throw error_at(at, fmt::format("\"{}\" has no order", *word), "a version such as 12.4");
    // "framework=pytorch,jax": one of them.
    while (*op == Op::is && take_symbol(",")) {
      condition.op = Op::is_one_of;
      condition.wanted.push_back(value(kind));
    }
    return sign.is_symbol("!=") ? negated(std::move(condition)) : condition;
  }

  Value value(const NameKind& kind) {
    const ConditionToken token = here();
    if (token.kind != Kind::word && token.kind != Kind::quoted) throw unexpected(expected_of(kind));
    std::string text(take().text);
    if (kind.type == Type::size && token.kind == Kind::word && here().kind == Kind::word && !size_of(text) &&
        number_of<double>(text))
      text += take().text;  // "1.5 GB"
    auto read = value_of(text, kind, token.kind == Kind::quoted);
    if (!read) {
      const std::string problem = fmt::format("\"{}\" is no value here", text.substr(0, 80));
      ConditionError error = error_at(token.at, problem, expected_of(kind));
      error.nearest = nearest(text, kind.words);
      throw error;
    }
    return std::move(*read);
  }

  static std::optional<Value> value_of(const std::string& text, const NameKind& kind, bool is_quoted) {
    if (kind.type == Type::version) {
      if (auto version = Version::parse(text)) return Value(std::move(*version));
      return std::nullopt;
    }
    if (kind.type == Type::text || kind.type == Type::list) {
      const bool is_listed = std::find(kind.words.begin(), kind.words.end(), text) != kind.words.end();
      // `= none` would be mistaken for `none`: as words these have to be quoted.
      if (kind.words.empty() ? is_quoted || is_bare_word(text) : is_listed) return Value(text);
      return std::nullopt;
    }
    if (is_quoted) return std::nullopt;
    if (kind.type == Type::boolean)
      return text == "yes" || text == "no" ? std::optional<Value>(text == "yes") : std::nullopt;
    if (kind.type == Type::size) {
      if (const auto bytes = size_of(text)) return Value(*bytes);
      return std::nullopt;
    }
    if (const auto whole = number_of<std::int64_t>(text)) return Value(*whole);
    if (const auto number = number_of<double>(text); number && kind.type == Type::number && std::isfinite(*number)) {
      if (*number == std::floor(*number) && std::abs(*number) < 1e15) return Value(static_cast<std::int64_t>(*number));
      return Value(*number);
    }
    return std::nullopt;
  }

  std::string_view text_;
  const ConditionNames& names_;
  std::vector<ConditionToken> tokens_;
  std::size_t next_ = 0, depth_ = 0;
  ConditionScope scope_ = ConditionScope::machine;
};

constexpr std::string_view bytes_suffix = "_bytes";

std::string printed_size(std::int64_t bytes) {
  if (bytes == 0) return "0";
  for (const SizeUnit& unit : units)
    if (bytes % unit.bytes == 0) return fmt::format("{}{}", bytes / unit.bytes, unit.name);
  return "";
}

std::string printed_value(const Value& value, bool is_size) {
  if (const auto* bytes = std::get_if<std::int64_t>(&value); bytes && is_size) return printed_size(*bytes);
  std::string text = to_text(value);
  const bool is_number = !std::holds_alternative<std::string>(value) && !std::holds_alternative<Version>(value);
  if (is_number || is_bare_word(text)) return text;
  const char quote = text.find('\'') == text.npos ? '\'' : '"';
  return quote + text + quote;
}

std::string_view sign_of(Op op) {
  switch (op) {
    case Op::below:
      return "<";
    case Op::at_most:
      return "<=";
    case Op::above:
      return ">";
    case Op::at_least:
      return ">=";
    default:
      return "=";
  }
}

class Printer {
 public:
  explicit Printer(ConditionScope scope) : scope_(scope) {}

  std::string print(const Condition& condition) const {
    switch (condition.op) {
      case Op::always:
        return "";
      case Op::all:
      case Op::any: {
        std::vector<std::string> parts;
        for (const Condition& part : condition.parts) parts.push_back(inner(part));
        return fmt::format("{}", fmt::join(parts, condition.op == Op::all ? " and " : " or "));
      }
      case Op::negate:
        return negated(condition.parts.front());
      case Op::some:
        return quantified("any", condition);
      case Op::every:
        return quantified("all", condition);
      case Op::count:
        return counted(condition, sign_of(condition.compared));
      default:
        return comparison(condition, false);
    }
  }

 private:
  std::string inner(const Condition& part) const {
    const bool is_joined = part.op == Op::all || part.op == Op::any;
    return is_joined ? fmt::format("({})", print(part)) : print(part);
  }
  std::string negated(const Condition& part) const {
    if (part.op == Op::is || part.op == Op::is_one_of) return comparison(part, true);
    if (part.op == Op::count && part.compared == Op::is) return counted(part, "!=");
    return "not " + inner(part);
  }
  std::string quantified(std::string_view word, const Condition& condition) const {
    return fmt::format("{}({}.devices: {})", word, condition.devices_of,
                       Printer(ConditionScope::device).print(condition.parts.front()));
  }
  std::string counted(const Condition& condition, std::string_view sign) const {
    return fmt::format("{} {} {}", quantified("count", condition), sign, to_text(condition.wanted.front()));
  }
  std::string comparison(const Condition& condition, bool is_negated) const {
    std::string_view name = condition.fact;
    if (scope_ == ConditionScope::device && name.starts_with("device.")) name.remove_prefix(7);
    if (condition.op == Op::known || condition.op == Op::unknown || condition.op == Op::none)
      return fmt::format("{} {}", name, name_of(condition.op));
    const bool is_size = std::holds_alternative<std::int64_t>(condition.wanted.front()) &&
                         (name.ends_with(bytes_suffix) || name == "memory");
    if (is_size && name.ends_with(bytes_suffix)) name.remove_suffix(bytes_suffix.size());
    std::vector<std::string> values;
    for (const Value& value : condition.wanted) values.push_back(printed_value(value, is_size));
    if (condition.op == Op::is_one_of)
      return fmt::format("{} {}in [{}]", name, is_negated ? "not " : "", fmt::join(values, ", "));
    return fmt::format("{} {} {}", name, is_negated ? "!=" : sign_of(condition.op), values.front());
  }

  ConditionScope scope_;
};

}  // namespace

std::string ConditionError::text() const {
  std::string text = fmt::format("column {}: {}", column, problem);
  if (!expected.empty()) text += fmt::format("; expected {}", expected);
  if (!nearest.empty()) text += fmt::format("; did you mean \"{}\"?", nearest);
  return text;
}

tl::expected<Condition, ConditionError> parse_condition(std::string_view text, const ConditionNames& names,
                                                        ConditionScope scope) {
  try {
    return Parser(text, names).whole(scope);
  } catch (ConditionError& error) {
    return tl::unexpected(std::move(error));
  }
}

std::string print_condition(const Condition& condition, ConditionScope scope) {
  return Printer(scope).print(condition);
}

}  // namespace rigfit
