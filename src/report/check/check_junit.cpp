#include <fmt/format.h>

#include "report/check/check_formats.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

/// Text in an attribute or between tags. What XML 1.0 does not allow at all (control characters) is gone after clean().
std::string escaped(std::string_view text) {
  std::string xml;
  for (const char c : clean(text)) {
    switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      default:
        xml += c;
    }
  }
  return xml;
}

std::string outcome(const CheckedLine& line) {
  const std::string message = escaped(message_of(line));
  if (!line.applies) return fmt::format("<skipped message=\"{}\"/>", message);
  if (line.met == Truth::no) return fmt::format("<failure message=\"{}\"/>", message);
  if (line.met == Truth::unknown) return fmt::format("<error message=\"{}\"/>", message);
  return "";
}

}  // namespace

/// The form that CI systems read: failure for no, error for unknown.
/// https://github.com/testmoapp/junitxml describes what they have in common.
std::string check_junit(const CheckReport& report, const TextStyle&) {
  const CheckResult& result = report.result;
  std::size_t skipped = 0;
  for (const CheckedLine& line : result.lines) skipped += !line.applies;
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"", result.lines.size(),
                  result.count(Truth::no), result.count(Truth::unknown), skipped);
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite name=\"rigfit check\" {}>\n", counts,
      counts);
  for (const CheckedLine& line : result.lines) {
    xml += fmt::format("    <testcase classname=\"rigfit.check\" name=\"{}\">", escaped(line.text));
    xml += outcome(line);
    std::string details = line.found;
    for (const std::string& source : evidence_of(line)) details += " [" + source + "]";
    if (!details.empty()) xml += fmt::format("<system-out>{}</system-out>", escaped(details));
    xml += "</testcase>\n";
  }
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace rigfit
