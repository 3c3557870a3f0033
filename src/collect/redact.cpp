#include "collect/redact.hpp"

#include <algorithm>
#include <set>

namespace rigfit {
namespace {

/// "… 31, pid=1234, name=python3, Ch 8" → "… 31, pid=x, name=x, Ch 8"
std::string without_processes(std::string line) {
  for (const std::string_view field : {"pid=", "name="})
    if (const std::size_t at = line.find(field); at != line.npos) {
      const std::size_t start = at + field.size();
      line.replace(start, std::min(line.find(',', start), line.size()) - start, "x");
    }
  return line;
}

/// Where "NVRM:*failed" begins in `line`: its parts follow each other there.
std::size_t start_of(std::string_view pattern, std::string_view line) {
  const std::size_t star = pattern.find('*');
  const std::size_t start = line.find(pattern.substr(0, star));
  if (start == line.npos || star == pattern.npos) return start;
  return line.find(pattern.substr(star + 1), start + star) == line.npos ? line.npos : start;
}

std::string kept_messages(std::string_view log, const std::vector<std::string>& keep) {
  constexpr std::size_t longest = 300, most = 1000;
  std::string result;
  std::set<std::string> seen;
  while (!log.empty() && seen.size() < most) {
    const std::string_view line = log.substr(0, log.find('\n'));
    log.remove_prefix(std::min(line.size() + 1, log.size()));
    std::size_t start = line.npos;
    for (const std::string& pattern : keep) start = std::min(start, start_of(pattern, line));
    if (start == line.npos) continue;
    // Before the message stand the time and, in some forms, the name of the host.
    std::string message = without_processes(std::string(line.substr(start, longest)));
    if (seen.insert(message).second) result += message + '\n';
  }
  return result;
}

}  // namespace

std::string kept(std::string_view text, const Request& request) {
  if (request.keep_anywhere) return kept_messages(text, request.keep);
  std::string result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(request.keep_between == ' ' ? " \n" : "\n"), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (std::none_of(request.keep.begin(), request.keep.end(),
                     [&](const std::string& start) { return piece.starts_with(start); }))
      continue;
    if (request.keep_between == ' ' && !result.empty()) result += ' ';
    result += piece;
    if (request.keep_between != ' ') result += '\n';
  }
  return result;
}

}  // namespace rigfit
