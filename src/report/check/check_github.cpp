#include <fmt/format.h>

#include "report/check/check_formats.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

/// Workflow commands end at a line break, and their properties at a comma or colon.
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
std::string command_text(std::string_view text) {
  std::string escaped;
  for (const char c : clean(text)) {
    if (c == '%')
      escaped += "%25";
    else
      escaped += c;
  }
  return escaped;
}

std::string property(std::string_view text) {
  std::string escaped;
  for (const char c : command_text(text)) {
    if (c == ':')
      escaped += "%3A";
    else if (c == ',')
      escaped += "%2C";
    else
      escaped += c;
  }
  return escaped;
}

std::string_view command_of(const CheckedLine& line) {
  if (!line.applies || line.met == Truth::yes) return "notice";
  return line.met == Truth::no ? "error" : "warning";
}

}  // namespace

/// Annotations of a GitHub workflow: an error for no, a warning for unknown, a notice for the rest.
std::string check_github(const CheckReport& report, const TextStyle&) {
  std::string text;
  for (const CheckedLine& line : report.result.lines)
    text += fmt::format("::{} title={}::{}\n", command_of(line), property("rigfit: " + line.text),
                        command_text(message_of(line)));
  return text;
}

}  // namespace rigfit
