#pragma once

#include <functional>
#include <string>
#include <vector>

namespace rigfit {

/// What there is to be written on a command line.
struct Words {
  std::vector<std::string> commands;  ///< hidden ones included
  std::vector<std::string> told;      ///< those of them that are not hidden, for "did you mean"
  std::function<bool(const std::string&)> is_option, takes_value;
};

/// Puts the command in front: it may stand behind its options, or be left out, which means `recommend`. Throws Wrong
/// for a command that is none.
void put_command_first(std::vector<std::string>& arguments, const Words& words);

}  // namespace rigfit
