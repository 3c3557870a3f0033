#include "probes/parse/text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace rigfit {
namespace {

// Of all that probes do with text this is most: kept free of searches in a set.
bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::size_t usual_pieces = 16;  ///< room from the start, for what would grow in steps else

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_white(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);  // a file in /proc may end in a NUL
  return text;
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  lines.reserve(usual_pieces);
  for (text = without_byte_order_mark(text); !text.empty();) lines.push_back(next_line(text));
  return lines;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  words.reserve(usual_pieces);
  for (std::size_t at = 0; at < text.size();) {
    if (is_white(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    while (end < text.size() && !is_white(text[end])) ++end;
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  pieces.reserve(4);
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.push_back(trimmed(text.substr(0, end)));
    if (end == text.npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::pair<std::string_view, std::string_view>> key_value(std::string_view line, char separator) {
  const std::size_t at = line.find(separator);
  if (at == line.npos) return std::nullopt;
  return std::pair{trimmed(line.substr(0, at)), trimmed(line.substr(at + 1))};
}

std::optional<std::int64_t> whole_number(std::string_view text, int base) {
  text = trimmed(text);
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2), base = 16;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> leading_number(std::string_view text) {
  text = trimmed(text);
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  return whole_number(text.substr(0, end));
}

std::optional<std::int64_t> size_bytes(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || !is_digit(text.front())) return std::nullopt;  // "inf", "nan" and "-1" are numbers to from_chars
  double number = 0;
  const auto take = [&text](auto& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{}) text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{};
  };
  // Most are whole numbers, which are read much faster.
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::int32_t whole = 0;
  if (digits < 10 && (digits == text.size() || text[digits] == ' ')) {
    if (!take(whole)) return std::nullopt;
    number = whole;
  } else if (!take(number)) {
    return std::nullopt;
  }
  const std::string unit = lower(trimmed(text));
  double factor = 0;
  if (unit.empty() || unit == "b" || unit == "bytes") factor = 1;
  if (unit == "kb" || unit == "kib" || unit == "k") factor = 1024.0;
  if (unit == "mb" || unit == "mib" || unit == "m") factor = 1024.0 * 1024;
  if (unit == "gb" || unit == "gib" || unit == "g") factor = 1024.0 * 1024 * 1024;
  if (unit == "tb" || unit == "tib") factor = 1024.0 * 1024 * 1024 * 1024;
  if (factor == 0 || number * factor > 1e18) return std::nullopt;
  return static_cast<std::int64_t>(number * factor);
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool says_nothing(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.starts_with('[') || text.starts_with("ERR!")) return true;
  // By their first letters most values are none of these: names, numbers, versions.
  const char first = static_cast<char>(text[0] | 0x20),
             second = static_cast<char>(text.size() > 1 ? text[1] | 0x20 : 0);
  if (!contains("nuifegr", {&first, 1}) || (first == 'n' && !contains("/ao", {&second, 1}))) return false;
  const std::string word = lower(text);
  return word == "n/a" || word == "na" || word == "none" || word == "unknown" || word == "unknown error" ||
         word == "not supported" || word == "not found" || word == "not available" ||
         word == "insufficient permissions" || word == "function not found" || word == "err" ||
         word.starts_with("gpu is lost") || word.starts_with("requested functionality");
}

std::optional<std::int64_t> count_of_ranges(std::string_view text) {
  if (trimmed(text).empty()) return std::nullopt;
  std::int64_t count = 0;
  for (const std::string_view range : split(text, ',')) {
    const auto ends = key_value(range, '-');
    const auto first = whole_number(ends ? ends->first : range), last = ends ? whole_number(ends->second) : first;
    if (!first || !last || *first < 0 || *last < *first || *last > 65535) return std::nullopt;
    count += *last - *first + 1;
  }
  return std::min<std::int64_t>(count, 65536);
}

}  // namespace rigfit
