#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/commands.hpp"

namespace rigfit {

/// A command with its options declared: what help, completions and manual pages are made of.
struct DeclaredCommand {
  const Command* command = nullptr;
  Options options = {};
  Run run = {};

  bool is_hidden() const { return command->summary.empty(); }
};

std::vector<DeclaredCommand> declared(std::span<const Command> commands);

/// "0 recorded", "2 wrong usage ...": the command's own exit statuses and that of all commands, a line each.
std::vector<std::string> exit_code_lines(const DeclaredCommand& command);

/// "rigfit doctor [OPTIONS]", "rigfit explain [OPTIONS] ITEM".
std::string synopsis(const DeclaredCommand& command);

/// "-v, --verbose", "--from FILE", "ITEM".
std::string name_and_value(const Option& option);

/// Options that stand together.
struct OptionGroup {
  std::string heading;  ///< empty: the command's own
  std::vector<const Option*> options;
};

/// Those of a command, in the order in which each heading first occurs; its own are first.
std::vector<OptionGroup> grouped(const Options& options);

}  // namespace rigfit
