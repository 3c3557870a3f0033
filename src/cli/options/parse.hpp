#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/commands.hpp"

namespace rigfit {

/// Nothing to run: text to be printed on stdout (help, version), or on stderr when the usage was wrong.
struct Message {
  std::string text;
  bool is_error = false;
};

/// What the arguments (without the program's name) mean. Prints nothing, and throws nothing of what the user may do.
std::variant<Run, Message> parse_arguments(std::vector<std::string> arguments,
                                           std::span<const Command> commands = rigfit::commands());

}  // namespace rigfit
