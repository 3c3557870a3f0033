#include "evidence/strict_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <charconv>
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

using Failure = boost::json::error_code;
using Piece = boost::json::string_view;

/// Builds the values of a text as boost::json::basic_parser finds them, many times faster than Json::parse() does.
/// What it refuses, or leaves to that because it is rare, is one error: why does not matter here.
/// https://www.boost.org/doc/libs/1_81_0/libs/json/doc/html/index.html (basic_parser)
class Builder {
 public:
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1), max_object_size = max_array_size,
                               max_string_size = max_array_size, max_key_size = max_array_size;

  explicit Builder(std::size_t most_depth) : most_depth_(most_depth) {}

  Json root;

  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_object_begin(Failure& error) { return enter(Json::object(), error); }
  bool on_object_end(std::size_t, Failure&) { return leave(); }
  bool on_array_begin(Failure& error) { return enter(Json::array(), error); }
  bool on_array_end(std::size_t, Failure&) { return leave(); }
  bool on_key_part(Piece piece, std::size_t, Failure&) { return add(key_, piece); }
  bool on_key(Piece piece, std::size_t, Failure&) { return add(key_, piece); }
  bool on_string_part(Piece piece, std::size_t, Failure&) { return add(text_, piece); }
  bool on_string(Piece piece, std::size_t, Failure& error) {
    add(text_, piece);
    return put(std::exchange(text_, {}), error);
  }
  bool on_number_part(Piece piece, Failure&) { return add(text_, piece); }
  bool on_int64(std::int64_t, Piece piece, Failure& error) { return put_number(piece, error); }
  bool on_uint64(std::uint64_t, Piece piece, Failure& error) { return put_number(piece, error); }
  bool on_double(double, Piece piece, Failure& error) { return put_number(piece, error); }
  bool on_bool(bool is_so, Failure& error) { return put(is_so, error); }
  bool on_null(Failure& error) { return put(nullptr, error); }
  bool on_comment_part(Piece, Failure&) { return false; }
  bool on_comment(Piece, Failure&) { return false; }

 private:
  static bool refuse(Failure& error) {
    error = boost::json::make_error_code(boost::json::error::syntax);
    return false;
  }
  static bool add(std::string& text, Piece piece) {
    text.append(piece.data(), piece.size());
    return true;
  }

  bool enter(Json empty, Failure& error) {
    if (open_.size() == most_depth_ || !put(std::move(empty), error)) return refuse(error);
    open_.push_back(last_);
    return true;
  }
  bool leave() {
    open_.pop_back();
    return true;
  }

  /// As Json::parse() reads it: a whole number where it is one and fits, else what strtod(3) says.
  bool put_number(Piece piece, Failure& error) {
    add(text_, piece);
    const std::string text = std::exchange(text_, {});
    const char *from = text.data(), *to = from + text.size();
    const auto is_read = [&](auto& number) {
      const auto [end, problem] = std::from_chars(from, to, number);
      return problem == std::errc{} && end == to;
    };
    std::uint64_t natural = 0;
    std::int64_t negative = 0;
    double real = 0;
    if (text.front() != '-' && is_read(natural)) return put(natural, error);
    if (text.front() == '-' && is_read(negative)) return put(negative, error);
    return is_read(real) ? put(real, error) : refuse(error);
  }

  bool put(Json value, Failure& error) {
    if (open_.empty()) {
      root = std::move(value);
      last_ = &root;
    } else if (auto* list = open_.back()->get_ptr<Json::array_t*>()) {
      last_ = &list->emplace_back(std::move(value));
    } else {
      auto& object = open_.back()->get_ref<Json::object_t&>();
      const std::size_t before = object.size();
      // What programs write is often sorted.
      last_ = &object.emplace_hint(object.end(), std::exchange(key_, {}), std::move(value))->second;
      if (object.size() == before) return refuse(error);
    }
    return true;
  }

  std::size_t most_depth_;
  std::vector<Json*> open_;  ///< objects and lists, the innermost last
  Json* last_ = nullptr;     ///< what was put last
  std::string key_, text_;
};

/// The value of a text that holds nothing but one; empty where that is not so, or where Json::parse() has to say.
std::optional<Json> built(std::string_view text, std::size_t depth) {
  boost::json::parse_options options;
  options.max_depth = depth + 1;
  boost::json::basic_parser<Builder> parser(options, depth);
  Failure error;
  if (parser.write_some(false, text.data(), text.size(), error) != text.size() || error) return std::nullopt;
  return std::move(parser.handler().root);
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
  if (auto value = built(text, depth)) return std::move(*value);
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

Json parse_tool_json(std::string_view text) {
  constexpr std::size_t usual_depth = 64;
  auto value = built(text, usual_depth);
  return value ? std::move(*value) : Json::parse(text, nullptr, false);
}

std::string place_of_key(std::string_view text, std::string_view pointer) {
  const auto found = KeyFinder(text, pointer).find();
  return found ? place_of(text, *found) : "";
}

}  // namespace rigfit
