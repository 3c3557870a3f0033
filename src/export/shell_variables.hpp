#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/export.hpp"

namespace rigfit {

/// Lines that set exported variables in any POSIX shell, for `eval "$(...)"` or a file to be sourced: every value is in
/// single quotes, so that nothing in it is run or expanded.
class ShellVariables {
 public:
  /// `about`: a comment above them.
  explicit ShellVariables(std::string_view about);

  /// One that has no value is unset, so that no shell keeps that of another machine.
  void set(std::string_view name, const std::optional<std::string>& value);
  /// The same, where that it has no value is something the user should know.
  void leave_out(std::string_view name, std::string because);

  Exported finish() &&;

 private:
  Exported exported_;
  std::vector<std::string> unset_;
};

}  // namespace rigfit
