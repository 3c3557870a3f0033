#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace rigfit {

/// What is wrong with a JSON text, and where.
struct JsonError {
  std::string place;  ///< "line 3, column 14", or the pointer of a key ("/answers/env:X")
  std::string reason;
};

/// Reads JSON as RFC 8259 has it and nothing more. Refused are what two programs may read differently or what can
/// exhaust one: byte order marks, comments, keys that appear twice in an object, text behind the end, numbers beyond
/// a double, bytes that are not UTF-8, and more than `depth` brackets inside each other.
/// https://www.rfc-editor.org/rfc/rfc8259
tl::expected<nlohmann::json, JsonError> parse_strict_json(std::string_view text, std::size_t depth);

/// What a tool printed: as nlohmann::json::parse() reads it, discarded where it is not JSON. Many times faster.
nlohmann::json parse_tool_json(std::string_view text);

/// Where a key stands in a text that parse_strict_json() takes: "line 3, column 14". `pointer` is
/// "/points/ease_of_use"; elements of lists count from 0. Empty for a key that is not there.
std::string place_of_key(std::string_view text, std::string_view pointer);

}  // namespace rigfit
