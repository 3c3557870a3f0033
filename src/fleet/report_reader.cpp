#include "fleet/report_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

#include "fleet/report_draft.hpp"

namespace rigfit {
namespace {

namespace json = boost::json;
using Error = json::error_code;

constexpr std::size_t most_depth = 64;

/// What basic_parser calls, member by member; https://www.boost.org/doc/libs/1_81_0/libs/json/doc/html/index.html
/// (basic_parser). Strings come in pieces where they hold an escape.
class Handler {
 public:
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1), max_object_size = max_array_size,
                               max_string_size = max_array_size, max_key_size = max_array_size;

  ReportDraft draft;

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error& error) { return begin(error); }
  bool on_object_end(std::size_t, Error&) { return end(); }
  bool on_array_begin(Error& error) { return begin(error); }
  bool on_array_end(std::size_t, Error&) { return end(); }
  bool on_key_part(json::string_view piece, std::size_t, Error&) { return add(key_, is_key_begun_, piece); }
  bool on_key(json::string_view piece, std::size_t, Error&) { return complete(key_, is_key_begun_, piece); }
  bool on_string_part(json::string_view piece, std::size_t, Error&) { return add(text_, is_text_begun_, piece); }
  bool on_string(json::string_view piece, std::size_t, Error&) {
    complete(text_, is_text_begun_, piece);
    return take(text_);
  }
  bool on_number_part(json::string_view, Error&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, Error&) { return take_number(number); }
  bool on_uint64(std::uint64_t number, json::string_view, Error&) { return take_number(number); }
  bool on_double(double number, json::string_view, Error&) {
    return take_number(number >= 0 && number < 9e15 ? static_cast<std::int64_t>(number) : 0);
  }
  bool on_bool(bool is_so, Error&) { return take(is_so ? "yes" : "no"); }
  bool on_null(Error&) { return true; }
  bool on_comment_part(json::string_view, Error&) { return true; }
  bool on_comment(json::string_view, Error&) { return true; }

 private:
  using Part = ReportDraft::Part;

  bool is_skipped() const { return depth_ > 0 && parts_[depth_ - 1] == Part::skipped; }

  bool begin(Error& error) {
    const Part part = depth_ == 0 ? Part::root : is_skipped() ? Part::skipped : draft.enter(parts_[depth_ - 1], key_);
    if (depth_ == most_depth || draft.is_excessive()) {
      error = json::make_error_code(json::error::too_deep);
      return false;
    }
    parts_[depth_++] = part;
    key_.clear();
    return true;
  }
  bool end() {
    --depth_;
    return true;
  }

  bool add(std::string& text, bool& is_begun, json::string_view piece) {
    if (is_skipped()) return true;
    if (!is_begun) text.clear();
    is_begun = true;
    if (text.size() < ReportDraft::longest_text)
      text.append(piece.data(), std::min(piece.size(), ReportDraft::longest_text - text.size()));
    return true;
  }
  bool complete(std::string& text, bool& is_begun, json::string_view piece) {
    add(text, is_begun, piece);
    is_begun = false;
    return true;
  }

  bool take(std::string_view text) {
    if (depth_ > 0 && !is_skipped()) draft.take(parts_[depth_ - 1], key_, text);
    return true;
  }
  template <class Number>
  bool take_number(Number number) {
    if (depth_ == 0 || is_skipped()) return true;
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
    return take(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  }

  std::string key_, text_;
  bool is_key_begun_ = false, is_text_begun_ = false;
  Part parts_[most_depth] = {};
  std::size_t depth_ = 0;
};

using Parser = json::basic_parser<Handler>;

Parser parser() {
  json::parse_options options;
  options.max_depth = most_depth;
  return Parser(options);
}

DocumentError error_of(const Error& error, std::size_t at) {
  if (error == json::error::incomplete) return {at, true, "is cut off"};
  if (error == json::error::too_deep) return {at, false, "is nested too deeply, or lists more than any machine has"};
  return {at, false, "is not JSON"};
}

/// Feeds `text`; `opened` is what stands before it, or behind it, so that a part becomes an object.
tl::expected<std::size_t, DocumentError> feed(Parser& parser, std::string_view before, std::string_view text,
                                              std::string_view behind) {
  Error error;
  if (!before.empty()) parser.write_some(true, before.data(), before.size(), error);
  const std::size_t size = parser.write_some(!behind.empty(), text.data(), text.size(), error);
  if (!error && !behind.empty()) {
    // An object that ended before is followed by something else.
    if (parser.done()) return tl::unexpected(DocumentError{size, false, "is not JSON"});
    parser.write_some(false, behind.data(), behind.size(), error);
  }
  if (error) return tl::unexpected(error_of(error, size));
  return size;
}

}  // namespace

tl::expected<ReadDocument, DocumentError> read_report(std::string_view text) {
  Parser all = parser();
  const auto size = feed(all, "", text, "");
  if (!size) return tl::unexpected(size.error());
  ReadDocument document = all.handler().draft.finish();
  document.size = *size;
  return document;
}

tl::expected<ReadDocument, DocumentError> read_report_members(std::string_view text) {
  Parser all = parser();
  const auto size = feed(all, "{", text, "}");
  if (!size) return tl::unexpected(size.error());
  const ReportDraft& draft = all.handler().draft;
  ReadDocument document = draft.finish();
  if (document.kind != DocumentKind::report) document.record = draft.record();
  document.size = *size;
  return document;
}

tl::expected<ReadTail, DocumentError> read_report_tail(std::string_view text) {
  Parser all = parser();
  const auto size = feed(all, "{", text, "");
  if (!size) return tl::unexpected(size.error());
  const ReadDocument document = all.handler().draft.finish();
  if (document.has_twice) return tl::unexpected(DocumentError{0, false, "has members twice"});
  return ReadTail{*size, document.node, document.recorded, document.members};
}

}  // namespace rigfit
