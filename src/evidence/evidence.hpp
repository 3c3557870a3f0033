#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/answer.hpp"
#include "evidence/request.hpp"

namespace rigfit {

/// What was seen of one machine: a plain value, collected live or read from a machine file.
struct Evidence {
  std::string os;        ///< linux, darwin or windows: of the machine that was looked at; empty when not recorded
  std::string arch;      ///< x86_64, aarch64, …; empty when not recorded
  std::string recorded;  ///< RFC 3339 time of the recording, empty when not recorded
  std::string tool;      ///< what recorded it
  std::map<std::string, Answer, std::less<>> answers;

  /// The answer under `key`, or one whose outcome is `not_recorded`.
  const Answer& at(std::string_view key) const;
  const Answer& file(std::string_view path) const;
  const Answer& link(std::string_view path) const;
  const Answer& list(std::string_view path) const;
  const Answer& node(std::string_view path) const;
  const Answer& env(std::string_view variable) const;
  const Answer& ask(std::string_view question) const;

  /// Text of a file that was found, else empty. Convenience for optional attributes.
  std::string_view text(std::string_view path) const;

  /// Every recorded run of `program` (base name), as (whole command line, answer). A probe reads every form it may
  /// meet.
  std::vector<std::pair<std::string_view, const Answer*>> commands(std::string_view program) const;

  /// Concrete paths that match `glob` (`*` stays within one component), sorted, as far as lists and keys tell.
  std::vector<std::string> expand(std::string_view glob) const;

  /// Adds or replaces.
  void set(std::string key, Answer answer);
};

/// True when `name` matches `pattern`, in which each `*` stands for any run of characters but '/'.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace rigfit
