#pragma once

#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace rigfit {

/// A command with its options declared.
struct DeclaredCommand {
  const Command* command = nullptr;
  Options options = {};
  Run run = {};

  bool is_hidden() const { return command->summary.empty(); }
};

/// `rigfit --help`: all commands, and the options of the first, which needs no name.
std::string help_of_program(const std::vector<DeclaredCommand>& commands);

/// `rigfit COMMAND --help`: that command alone.
std::string help_of_command(const DeclaredCommand& command);

}  // namespace rigfit
