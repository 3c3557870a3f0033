#include "rules/condition_lexer.hpp"

#include <algorithm>

namespace rigfit {
namespace {

using Kind = ConditionToken::Kind;

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '+' || c == '-' || c == '/';
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// The token at the start of `rest`.
ConditionToken first_token(std::string_view rest) {
  const char c = rest.front();
  if (is_of_word(c)) {
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_of_word);
    return {Kind::word, rest.substr(0, static_cast<std::size_t>(end - rest.begin())), 0};
  }
  if (c == '"' || c == '\'') {
    const std::size_t close = rest.find(c, 1);
    if (close == rest.npos) return {Kind::wrong, rest.substr(0, 1), 0};
    return {Kind::quoted, rest.substr(1, close - 1), 0};
  }
  for (const std::string_view symbol : {"!=", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", ":"})
    if (rest.starts_with(symbol)) return {Kind::symbol, rest.substr(0, symbol.size()), 0};
  return {Kind::wrong, rest.substr(0, 1), 0};
}

}  // namespace

std::vector<ConditionToken> condition_tokens(std::string_view text) {
  std::vector<ConditionToken> tokens;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && is_space(text[at])) ++at;
    if (at == text.size()) break;
    ConditionToken token = first_token(text.substr(at));
    token.at = at;
    tokens.push_back(token);
    if (token.kind == Kind::wrong) return tokens;
    at += token.text.size() + (token.kind == Kind::quoted ? 2 : 0);
  }
  tokens.push_back({Kind::end, {}, text.size()});
  return tokens;
}

bool is_bare_word(std::string_view text) {
  for (const std::string_view reserved : {"known", "unknown", "none"})
    if (text == reserved) return false;
  return !text.empty() && std::all_of(text.begin(), text.end(), is_of_word);
}

}  // namespace rigfit
