#include "export/shell_variables.hpp"

#include <fmt/format.h>

#include "analysis/version.hpp"
#include "export/machine_values.hpp"
#include "text/join.hpp"

namespace rigfit {

ShellVariables::ShellVariables(std::string_view about) {
  exported_.text = fmt::format("# {} (rigfit {})\n", about, tool_version());
}

void ShellVariables::set(std::string_view name, const std::optional<std::string>& value) {
  if (!value) {
    unset_.emplace_back(name);
    return;
  }
  if (!is_plain(*value)) {
    leave_out(name, "its value has control characters or is not UTF-8");
    return;
  }
  std::string quoted;
  for (const char c : *value) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  exported_.text += fmt::format("export {}='{}'\n", name, quoted);
}

void ShellVariables::leave_out(std::string_view name, std::string because) {
  unset_.emplace_back(name);
  exported_.left_out.push_back({std::string(name), std::move(because)});
}

Exported ShellVariables::finish() && {
  if (!unset_.empty()) exported_.text += fmt::format("unset {}\n", join(unset_, " "));
  return std::move(exported_);
}

}  // namespace rigfit
