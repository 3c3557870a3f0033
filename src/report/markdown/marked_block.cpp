#include "report/markdown/marked_block.hpp"

#include <fmt/format.h>

#include <vector>

namespace rigfit {
namespace {

struct Line {
  std::size_t start = 0, end = 0;  ///< `end`: behind its line feed
  bool has_carriage_return = false;
};

/// The lines that hold `mark` and nothing else but spaces.
std::vector<Line> lines_of(std::string_view document, std::string_view mark) {
  std::vector<Line> lines;
  for (std::size_t start = 0; start < document.size();) {
    const std::size_t feed = document.find('\n', start);
    const std::size_t end = feed == document.npos ? document.size() : feed + 1;
    std::string_view line = document.substr(start, end - start);
    const bool has_carriage_return = line.ends_with("\r\n");
    const std::size_t first = line.find_first_not_of(" \t"), last = line.find_last_not_of(" \t\r\n");
    if (first != line.npos && last != line.npos && first <= last && line.substr(first, last - first + 1) == mark)
      lines.push_back({start, end, has_carriage_return});
    start = end;
  }
  return lines;
}

std::string with_line_ends(std::string_view text, bool has_carriage_returns) {
  std::string result;
  for (const char c : text) {
    if (c == '\n' && has_carriage_returns) result += '\r';
    result += c;
  }
  return result;
}

}  // namespace

tl::expected<std::string, std::string> with_block(std::string_view document, std::string_view block) {
  const std::vector<Line> begins = lines_of(document, block_begin), ends = lines_of(document, block_end);
  if (begins.empty() && ends.empty())
    return tl::unexpected(
        fmt::format("it has no block: add the lines {} and {} where the report belongs", block_begin, block_end));
  if (begins.size() != 1 || ends.size() != 1)
    return tl::unexpected(fmt::format("it has {} lines {} and {} lines {}, and needs one of each", begins.size(),
                                      block_begin, ends.size(), block_end));
  if (ends[0].start < begins[0].end) return tl::unexpected(fmt::format("{} stands before {}", block_end, block_begin));
  const bool crlf = begins[0].has_carriage_return;
  return std::string(document.substr(0, begins[0].end)) + with_line_ends(fmt::format("\n{}\n", block), crlf) +
         std::string(document.substr(ends[0].start));
}

}  // namespace rigfit
