#include "evidence/strict_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <vector>

#include "text/utf8.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

/// Line and column (from 1) of a byte.
std::string place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  return fmt::format("line {}, column {}", line, before.size() - (newline == before.npos ? 0 : newline + 1) + 1);
}

/// Looks at a text without building anything of it, and stops at the first thing that is wrong.
class Inspector final : public nlohmann::json_sax<Json> {
 public:
  Inspector(std::string_view text, std::size_t depth) : text_(text), most_(depth) {}
  JsonError take() { return std::move(error_); }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }

  bool key(string_t& name) override {
    Level& level = levels_.back();
    level.now = name;
    if (level.keys.insert(name).second) return true;
    std::string pointer;
    for (const Level& one : levels_) pointer += one.now.empty() ? "" : "/" + one.now;
    error_ = {pointer, "the key appears twice"};
    return false;
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception& problem) override {
    const std::size_t at = position == 0 ? 0 : position - 1;
    error_.place = place_of(text_, at);
    error_.reason = position > text_.size() ? "not JSON (it ends too early)" : "not JSON";
    if (problem.id == 406) error_.reason = "the number is too large";  // out_of_range: https://json.nlohmann.me
    return false;
  }

 private:
  struct Level {
    std::set<std::string> keys;
    std::string now;
  };

  bool enter() {
    levels_.emplace_back();
    if (levels_.size() <= most_) return true;
    error_ = {"the text", fmt::format("nested deeper than {} levels", most_)};
    return false;
  }
  bool leave() {
    levels_.pop_back();
    return true;
  }

  std::string_view text_;
  std::size_t most_;
  std::vector<Level> levels_;
  JsonError error_;
};

/// Walks over a text that is known to be JSON until it meets a key.
class KeyFinder {
 public:
  KeyFinder(std::string_view text, std::string_view wanted) : text_(text), wanted_(wanted) {}

  std::optional<std::size_t> find() {
    pass_value("");
    return found_;
  }

 private:
  void pass_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  std::string_view pass_string() {
    const std::size_t start = at_++;
    while (text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    return text_.substr(start, ++at_ - start);
  }

  /// Of an object or a list: each element up to and with the comma behind it, and the bracket at the end.
  void pass_elements(const std::string& pointer, bool is_object) {
    ++at_;
    pass_space();
    for (std::size_t n = 0; text_[at_] != '}' && text_[at_] != ']'; ++n) {
      std::string element = pointer + "/";
      const std::size_t start = at_;
      if (is_object) {
        element += Json::parse(pass_string()).get<std::string>();
        if (element == wanted_) found_ = start;
        pass_space();
        ++at_;  // the colon
      } else {
        element += std::to_string(n);
      }
      pass_value(element);
      pass_space();
      if (text_[at_] == ',') ++at_;
      pass_space();
    }
    ++at_;
  }

  void pass_value(const std::string& pointer) {
    pass_space();
    if (text_[at_] == '{' || text_[at_] == '[')
      pass_elements(pointer, text_[at_] == '{');
    else if (text_[at_] == '"')
      pass_string();
    else
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
  }

  std::string_view text_, wanted_;
  std::size_t at_ = 0;
  std::optional<std::size_t> found_;
};

}  // namespace

tl::expected<Json, JsonError> parse_strict_json(std::string_view text, std::size_t depth) {
  if (text.starts_with("\xef\xbb\xbf"))
    return tl::unexpected(JsonError{"line 1, column 1", "begins with a byte order mark"});
  // The parser takes a zero byte for the end of the text.
  if (const std::size_t zero = text.find('\0'); zero != text.npos)
    return tl::unexpected(JsonError{place_of(text, zero), "holds a zero byte"});
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (!next_code_point(text, at)) return tl::unexpected(JsonError{place_of(text, start), "not UTF-8"});
  }
  Inspector inspector(text, depth);
  if (!Json::sax_parse(text, &inspector)) return tl::unexpected(inspector.take());
  return Json::parse(text);
}

std::string place_of_key(std::string_view text, std::string_view pointer) {
  const auto found = KeyFinder(text, pointer).find();
  return found ? place_of(text, *found) : "";
}

}  // namespace rigfit
