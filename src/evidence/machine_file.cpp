#include "evidence/machine_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "evidence/base64.hpp"
#include "evidence/strict_json.hpp"
#include "text/utf8.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;  // members in the order they are written; slow to look up in
using Error = std::string;

constexpr std::string_view schema = "rigfit.machine/1";

// Names, keys and reasons come from the machine and may be any bytes, and JSON text has to be UTF-8. A byte that is not
// of it is written as U+241B and two digits, "rocm-␛ff", and so are those of that character itself: nothing is lost.
constexpr std::string_view escape = "\xe2\x90\x9b";

std::string as_utf8(std::string_view text) {
  if (is_utf8(text) && text.find(escape) == text.npos) return std::string(text);
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const bool is_plain = next_code_point(text, at) && text.substr(start, at - start) != escape;
    if (is_plain) {
      result += text.substr(start, at - start);
    } else {
      for (const char byte : text.substr(start, at - start))
        result += fmt::format("{}{:02x}", escape, static_cast<unsigned char>(byte));
    }
  }
  return result;
}

/// The bytes that as_utf8() wrote; an escape without two digits is itself.
std::string as_bytes(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t at = std::min(text.find(escape), text.size());
    result += text.substr(0, at);
    text.remove_prefix(at);
    if (text.empty()) break;
    unsigned byte = 0;
    const char* digits = text.data() + escape.size();
    const char* stop = text.size() < escape.size() + 2 ? digits : std::from_chars(digits, digits + 2, byte, 16).ptr;
    const bool is_byte = stop == digits + 2 && byte >= 0x80;
    if (is_byte)
      result += static_cast<char>(byte);
    else
      result += escape;
    text.remove_prefix(escape.size() + (is_byte ? 2 : 0));
  }
  return result;
}

const Json* member(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

tl::expected<void, Error> read_text(const Json& object, const char* key, std::string& text) {
  const Json* value = member(object, key);
  if (!value) return {};
  if (!value->is_string()) return tl::unexpected(fmt::format("\"{}\" is not a string", key));
  text = value->get<std::string>();
  return {};
}

/// Lines, text or base64 under `lines_key`, "text" or "base64".
tl::expected<void, Error> read_content(const Json& object, const char* lines_key, std::string& text) {
  if (const Json* lines = member(object, lines_key)) {
    if (lines->is_string()) {
      text = lines->get<std::string>();
      return {};
    }
    if (lines->is_object()) return read_content(*lines, "lines", text);
    if (!lines->is_array()) return tl::unexpected(fmt::format("\"{}\" is not an array of lines", lines_key));
    for (const Json& line : *lines) {
      if (!line.is_string())
        return tl::unexpected(fmt::format("\"{}\" holds something that is not a string", lines_key));
      text += line.get_ref<const std::string&>();
      text += '\n';
    }
    return {};
  }
  if (const Json* encoded = member(object, "base64")) {
    const auto bytes = encoded->is_string() ? from_base64(encoded->get_ref<const std::string&>()) : std::nullopt;
    if (!bytes) return tl::unexpected(Error("\"base64\" is not base64 text"));
    text = *bytes;
    return {};
  }
  return read_text(object, "text", text);
}

template <class Int>
tl::expected<void, Error> read_integer(const Json& object, const char* key, std::optional<Int>& number) {
  const Json* value = member(object, key);
  if (!value) return {};
  if (!value->is_number_integer()) return tl::unexpected(fmt::format("\"{}\" is not a whole number", key));
  const std::int64_t wide = value->get<std::int64_t>();
  if (wide < std::numeric_limits<Int>::min() || wide > std::numeric_limits<Int>::max() ||
      (value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX)))
    return tl::unexpected(fmt::format("\"{}\" is out of range", key));
  number = static_cast<Int>(wide);
  return {};
}

tl::expected<void, Error> read_bool(const Json& object, const char* key, std::optional<bool>& truth) {
  const Json* value = member(object, key);
  if (!value) return {};
  if (!value->is_boolean()) return tl::unexpected(fmt::format("\"{}\" is not true or false", key));
  truth = value->get<bool>();
  return {};
}

/// Leaves the function with the error of `expression`, if it has one.
#define RIGFIT_TRY(expression) \
  if (auto result = (expression); !result) return tl::unexpected(result.error())

tl::expected<Node, Error> read_node(const Json& object) {
  Node node;
  for (const auto& [key, text] : {std::pair{"kind", &node.kind},
                                  {"mode", &node.mode},
                                  {"group", &node.group},
                                  {"inode", &node.inode},
                                  {"opens", &node.opens}}) {
    RIGFIT_TRY(read_text(object, key, *text));
    *text = as_bytes(*text);
  }
  std::optional<std::int64_t> uid, gid;
  RIGFIT_TRY(read_integer(object, "uid", uid));
  RIGFIT_TRY(read_integer(object, "gid", gid));
  node.uid = uid.value_or(0);
  node.gid = gid.value_or(0);
  RIGFIT_TRY(read_integer(object, "major", node.major));
  RIGFIT_TRY(read_integer(object, "minor", node.minor));
  RIGFIT_TRY(read_integer(object, "size", node.size));
  RIGFIT_TRY(read_bool(object, "readable", node.readable));
  RIGFIT_TRY(read_bool(object, "writable", node.writable));
  return node;
}

tl::expected<Answer, Error> read_answer(std::string_view key, const Json& object) {
  if (!object.is_object()) return tl::unexpected(Error("is not an object"));
  const Json* outcome = member(object, "outcome");
  if (!outcome || !outcome->is_string()) return tl::unexpected(Error("has no \"outcome\""));
  const auto parsed = parse_outcome(outcome->get_ref<const std::string&>());
  if (!parsed) return tl::unexpected(fmt::format("\"{}\" is no outcome", outcome->get_ref<const std::string&>()));
  Answer answer;
  answer.outcome = *parsed;
  RIGFIT_TRY(read_text(object, "why", answer.why));
  answer.why = as_bytes(answer.why);
  const bool runs = key.starts_with("command:") || key.starts_with("ask:");
  RIGFIT_TRY(read_content(object, runs && member(object, "out") ? "out" : "lines", answer.text));
  if (runs && member(object, "err")) RIGFIT_TRY(read_content(object, "err", answer.err));
  RIGFIT_TRY(read_integer(object, "exit", answer.exit));
  RIGFIT_TRY(read_integer(object, "signal", answer.signal));
  if (const Json* seconds = member(object, "seconds")) {
    if (!seconds->is_number()) return tl::unexpected(Error("\"seconds\" is not a number"));
    answer.seconds = seconds->get<double>();
  }
  std::optional<bool> truncated;
  RIGFIT_TRY(read_bool(object, "truncated", truncated));
  answer.truncated = truncated.value_or(false);
  if (const Json* names = member(object, "names")) {
    if (!names->is_array()) return tl::unexpected(Error("\"names\" is not an array"));
    for (const Json& name : *names) {
      if (!name.is_string()) return tl::unexpected(Error("\"names\" holds something that is not a string"));
      answer.names.push_back(as_bytes(name.get_ref<const std::string&>()));
    }
    std::sort(answer.names.begin(), answer.names.end());
  }
  if (key.starts_with("node:") && answer.found()) {
    auto node = read_node(object);
    if (!node) return tl::unexpected(node.error());
    answer.node = std::move(*node);
  }
  return answer;
}

/// Text as an array of lines where that gives the same bytes back, else as text, else as base64.
OrderedJson content_json(std::string_view text) {
  // A zero byte takes six characters in JSON.
  if (!is_utf8(text) || text.find('\0') != text.npos) return OrderedJson{{"base64", to_base64(text)}};
  if (!text.empty() && text.back() != '\n') return OrderedJson{{"text", std::string(text)}};
  OrderedJson lines = OrderedJson::array();
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    lines.push_back(std::string(text.substr(0, newline)));
    text.remove_prefix(newline + 1);
  }
  return lines;
}

void write_content(OrderedJson& object, const char* lines_key, std::string_view text) {
  OrderedJson content = content_json(text);
  if (content.is_array())
    object[lines_key] = std::move(content);
  else if (std::string_view(lines_key) == "lines")
    object.update(content);
  else
    object[lines_key] = std::move(content);
}

template <class T>
void write_optional(OrderedJson& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

OrderedJson answer_json(std::string_view key, const Answer& answer) {
  OrderedJson object{{"outcome", name_of(answer.outcome)}};
  if (!answer.why.empty()) object["why"] = as_utf8(answer.why);
  write_optional(object, "exit", answer.exit);
  write_optional(object, "signal", answer.signal);
  write_optional(object, "seconds", answer.seconds);
  if (answer.truncated) object["truncated"] = true;
  if (key.starts_with("command:") || key.starts_with("ask:")) {
    if (!answer.text.empty() || answer.found()) write_content(object, "out", answer.text);
    if (!answer.err.empty()) write_content(object, "err", answer.err);
  } else if (key.starts_with("list:")) {
    if (answer.found()) {
      object["names"] = OrderedJson::array();
      for (const std::string& name : answer.names) object["names"].push_back(as_utf8(name));
    }
  } else if (key.starts_with("node:")) {
    if (const auto& node = answer.node) {
      object["kind"] = as_utf8(node->kind);
      object["mode"] = as_utf8(node->mode);
      object["uid"] = node->uid;
      object["gid"] = node->gid;
      if (!node->group.empty()) object["group"] = as_utf8(node->group);
      write_optional(object, "readable", node->readable);
      write_optional(object, "writable", node->writable);
      write_optional(object, "major", node->major);
      write_optional(object, "minor", node->minor);
      write_optional(object, "size", node->size);
      if (!node->inode.empty()) object["inode"] = as_utf8(node->inode);
      if (!node->opens.empty()) object["opens"] = as_utf8(node->opens);
    }
  } else if (key.starts_with("link:") || key.starts_with("env:")) {
    if (answer.found())
      object.update(is_utf8(answer.text) ? OrderedJson{{"text", answer.text}}
                                         : OrderedJson{{"base64", to_base64(answer.text)}});
  } else if (answer.found() || !answer.text.empty()) {
    write_content(object, "lines", answer.text);
  }
  return object;
}

}  // namespace

tl::expected<Evidence, std::string> parse_machine_file(std::string_view text, std::string_view name,
                                                       const MachineFileLimits& limits) {
  const auto fail = [&](std::string reason) { return tl::unexpected(fmt::format("{}: {}", name, reason)); };
  if (text.size() > limits.bytes) return fail(fmt::format("larger than {} MiB", limits.bytes >> 20));
  const auto parsed = parse_strict_json(text, limits.depth);
  if (!parsed) return fail(fmt::format("{}: {}", parsed.error().place, parsed.error().reason));
  const Json& root = *parsed;
  if (!root.is_object()) return fail("not a JSON object");
  const Json* version = member(root, "schema");
  if (!version || !version->is_string()) return fail(fmt::format("no \"schema\": expected \"{}\"", schema));
  if (version->get_ref<const std::string&>() != schema)
    return fail(fmt::format("schema is \"{}\", expected \"{}\"", version->get_ref<const std::string&>(), schema));

  Evidence evidence;
  for (const auto& [key, target] : {std::pair{"os", &evidence.os},
                                    {"arch", &evidence.arch},
                                    {"recorded", &evidence.recorded},
                                    {"tool", &evidence.tool}})
    if (auto result = read_text(root, key, *target); !result) return fail(result.error());
  const Json* answers = member(root, "answers");
  if (!answers || !answers->is_object()) return fail("no object \"answers\"");
  if (answers->size() > limits.answers) return fail(fmt::format("more than {} answers", limits.answers));
  for (const auto& [key, value] : answers->items()) {
    auto answer = read_answer(key, value);
    if (!answer) return fail(fmt::format("answers[\"{}\"]: {}", key, answer.error()));
    // They are sorted here, as far as no escape changes that.
    const std::size_t before = evidence.answers.size();
    evidence.answers.try_emplace(evidence.answers.end(), as_bytes(key), std::move(*answer));
    if (evidence.answers.size() == before) return fail(fmt::format("answers[\"{}\"]: the key appears twice", key));
  }
  return evidence;
}

std::string write_machine_file(const Evidence& evidence) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(as_utf8(text)); };
  std::string text = fmt::format("{{\n\"schema\": \"{}\",\n", schema);
  for (const auto& [name, value] : {std::pair{"os", &evidence.os},
                                    {"arch", &evidence.arch},
                                    {"recorded", &evidence.recorded},
                                    {"tool", &evidence.tool}})
    text += fmt::format("\"{}\": {},\n", name, or_null(*value).dump());
  text += "\"answers\": {";
  const char* separator = "\n";
  for (const auto& [key, answer] : evidence.answers) {  // one answer a line: recordings are read and compared by people
    text += fmt::format("{}{}: {}", separator, Json(as_utf8(key)).dump(), answer_json(key, answer).dump());
    separator = ",\n";
  }
  return text + "\n}\n}\n";
}

}  // namespace rigfit
