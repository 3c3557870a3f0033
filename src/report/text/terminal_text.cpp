#include "report/text/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "text/utf8.hpp"

namespace rigfit {
namespace {

constexpr char32_t replacement = 0xfffd;

/// Like next_code_point, with U+FFFD for what is not UTF-8.
char32_t next_shown(std::string_view text, std::size_t& at) { return next_code_point(text, at).value_or(replacement); }

/// What a terminal, or a reader's eye, would be misled by: controls, line separators, and the direction marks of
/// https://www.unicode.org/reports/tr9/ (CVE-2021-42574).
bool acts_on_a_terminal(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0x200e && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0x061c || code == 0xfeff;
}

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool in(const Range (&ranges)[N], char32_t code) {
  const auto it = std::upper_bound(std::begin(ranges), std::end(ranges), code,
                                   [](char32_t c, const Range& range) { return c < range.first; });
  return it != std::begin(ranges) && code <= std::prev(it)->last;
}

// Unicode's EastAsianWidth W and F, joined where only unassigned code points lie between.
constexpr Range wide[] = {{0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},   {0x2e80, 0x303e},
                          {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97c},
                          {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff01, 0xff60},
                          {0xffe0, 0xffe6},   {0x16fe0, 0x18cff}, {0x1b000, 0x1b2ff}, {0x1f300, 0x1f64f},
                          {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7eb}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};
constexpr Range zero[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x064b, 0x065f},
                          {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d}, {0x20d0, 0x20ff},
                          {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef}};

struct Likeness {
  char32_t code;
  std::string_view ascii;
};

/// What the rules, the probes and vendors' names are written with.
constexpr Likeness likenesses[] = {{0x00a0, " "},    {0x00ae, "(R)"}, {0x00b0, "deg "}, {0x00b5, "u"}, {0x00d7, "x"},
                                   {0x2010, "-"},    {0x2011, "-"},   {0x2013, "-"},    {0x2014, "-"}, {0x2018, "'"},
                                   {0x2019, "'"},    {0x201c, "\""},  {0x201d, "\""},   {0x2022, "-"}, {0x2026, "..."},
                                   {0x2122, "(TM)"}, {0x2190, "<-"},  {0x2192, "->"},   {0x2212, "-"}, {0x2248, "~"},
                                   {0x2264, "<="},   {0x2265, ">="}};

int columns_of(char32_t code) { return code < 0x80 ? 1 : in(zero, code) ? 0 : in(wide, code) ? 2 : 1; }

/// How many characters from `at` on are printable ASCII: nearly all that is ever written, and a column each.
std::size_t plain(std::string_view text, std::size_t at) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
  const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at);
  return static_cast<std::size_t>(std::find_if_not(begin, text.end(), is_plain) - begin);
}

}  // namespace

std::string clean(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (const std::size_t run = plain(text, at); run > 0) {
      result += text.substr(start, run);
      at += run;
      continue;
    }
    const char32_t code = next_shown(text, at);
    if (code == '\n' || code == '\t' || code == '\r')
      result += ' ';
    else if (code == replacement || acts_on_a_terminal(code))
      result += "\xef\xbf\xbd";
    else
      result += text.substr(start, at - start);
  }
  return result;
}

std::string to_ascii(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (const std::size_t run = plain(text, at); run > 0) {
      result += text.substr(start, run);
      at += run;
      continue;
    }
    const char32_t code = next_shown(text, at);
    if (code < 0x80) {
      result += text.substr(start, at - start);
      continue;
    }
    const auto known = std::find_if(std::begin(likenesses), std::end(likenesses),
                                    [&](const Likeness& one) { return one.code == code; });
    result += known == std::end(likenesses) ? "?" : known->ascii;
  }
  return result;
}

int width_of(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t run = plain(text, at);
    width += static_cast<int>(run);
    at += run;
    if (at < text.size()) width += columns_of(next_shown(text, at));
  }
  return width;
}

int rows_on_terminal(std::string_view lines, int width) {
  int rows = 0;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    rows += std::max(1, (width_of(line) + width - 1) / width);
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return rows;
}

std::vector<std::string> wrap(std::string_view text, int width, int first) {
  std::vector<std::string> lines{""};
  int used = 0;
  const auto room = [&] { return std::max(lines.size() == 1 ? first : width, 2); };
  const auto break_line = [&] {
    lines.emplace_back();
    used = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const std::string_view word = text.substr(at, std::min(text.find(' ', at), text.size()) - at);
    at += word.size();
    const int columns = width_of(word);
    if (used > 0 && used + 1 + columns > room()) break_line();
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    if (columns <= room() || word.find("://") != word.npos) {
      lines.back() += word;
      used += columns;
      continue;
    }
    for (std::size_t n = 0; n < word.size();) {
      const std::size_t start = n;
      const int one = columns_of(next_shown(word, n));
      if (used + one > room()) break_line();
      lines.back() += word.substr(start, n - start);
      used += one;
    }
  }
  return lines;
}

std::string escape_for_terminal(std::string_view json) {
  std::string result;
  result.reserve(json.size());
  const auto is_rare = [](char c) { return static_cast<unsigned char>(c) >= 0x7f; };
  for (std::size_t at = 0; at < json.size();) {
    const std::size_t start = at;
    const auto begin = json.begin() + static_cast<std::ptrdiff_t>(at);
    if (const auto rare = std::find_if(begin, json.end(), is_rare); rare != begin) {
      at += static_cast<std::size_t>(rare - begin);
      result += json.substr(start, at - start);
      continue;
    }
    const char32_t code = next_shown(json, at);
    if (code >= 0x7f && acts_on_a_terminal(code))
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    else
      result += json.substr(start, at - start);
  }
  return result;
}

}  // namespace rigfit
