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

/// Commands that are declared when they are first looked at: most runs look at one, and all of them take half a million
/// instructions.
class DeclaredOnDemand {
 public:
  explicit DeclaredOnDemand(std::span<const Command> commands);

  std::size_t size() const { return commands_.size(); }
  const Command& command(std::size_t n) const { return *commands_[n].command; }
  const DeclaredCommand& at(std::size_t n);
  const std::vector<DeclaredCommand>& all();

 private:
  std::vector<DeclaredCommand> commands_;
};

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
