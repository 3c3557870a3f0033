#include <fmt/format.h>

#include "report/check/check_formats.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

/// A description: "#" begins a directive, which text from outside may not.
std::string description(std::string_view text) {
  std::string escaped;
  for (const char c : clean(text)) {
    if (c == '#' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// A string of YAML in double quotes, for the block of diagnostics.
std::string yaml_string(std::string_view text) {
  std::string yaml = "\"";
  for (const char c : clean(text)) {
    if (c == '"' || c == '\\') yaml += '\\';
    yaml += c;
  }
  return yaml + '"';
}

}  // namespace

/// TAP version 14, https://testanything.org/tap-version-14-specification.html. Unknown is "not ok", too: a gate that
/// nobody could check is not open.
std::string check_tap(const CheckReport& report, const TextStyle&) {
  const auto& lines = report.result.lines;
  std::string tap = fmt::format("TAP version 14\n1..{}\n", lines.size());
  for (std::size_t n = 0; n < lines.size(); ++n) {
    const CheckedLine& line = lines[n];
    tap += fmt::format("{} {} - {}{}\n", line.met == Truth::yes ? "ok" : "not ok", n + 1, description(line.text),
                       line.applies ? "" : " # SKIP does not apply here");
    if (!line.applies) continue;
    tap += fmt::format("  ---\n  met: {}\n  message: {}\n  evidence:", yaml_string(name_of(line.met)),
                       yaml_string(message_of(line)));
    const std::vector<std::string> sources = evidence_of(line);
    if (sources.empty()) tap += " []";
    for (const std::string& source : sources) tap += "\n    - " + yaml_string(source);
    tap += "\n  ...\n";
  }
  return tap;
}

}  // namespace rigfit
