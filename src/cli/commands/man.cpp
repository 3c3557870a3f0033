#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/manual/manual.hpp"
#include "cli/output.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

struct ManOptions {
  std::string command;  ///< empty: the program as a whole
  std::string folder;   ///< where all pages go; empty: one goes to stdout
};

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands())
    if (!command.summary.empty()) names.emplace_back(command.name);
  return names;
}

void declare(Options& options, ManOptions& given) {
  options.argument("COMMAND", "The page of this command; without it, of the program", given.command);
  options.offer(command_names);
  options.value("--all", "DIR", "Write every page to this folder: rigfit.1, rigfit-doctor.1 ...", given.folder);
  options.check([&given] {
    if (!given.folder.empty() && !given.command.empty()) throw WrongUsage{"--all writes the pages of all commands"};
    const std::vector<std::string> names = command_names();
    if (!given.command.empty() && std::find(names.begin(), names.end(), given.command) == names.end())
      throw WrongUsage{fmt::format("there is no command \"{}\"{}", given.command, did_you_mean(given.command, names))};
  });
  options.exit_codes = "0 written";
  options.examples =
      "  rigfit man doctor | man -l -            read the page of `rigfit doctor`\n"
      "  rigfit man --all /usr/local/share/man/man1";
}

int run(const ManOptions& given) {
  const auto rules = load_rule_book("");
  if (!rules) return complain(rules.error());
  const std::string& date = (*rules)->as_of;
  const std::vector<DeclaredCommand> all = declared(commands());
  if (given.folder.empty() && given.command.empty()) return put(manual_of_program(all, date), "");
  const auto path_of = [&](std::string_view command) {
    return fmt::format("{}/{}.1", given.folder, manual_page_name(command));
  };
  if (!given.folder.empty())
    if (const int status = put(manual_of_program(all, date), path_of("")); status != exit_yes) return status;
  for (const DeclaredCommand& command : all) {
    if (command.is_hidden()) continue;
    const std::string_view name = command.command->name;
    if (given.folder.empty() && name != given.command) continue;
    const std::string output = given.folder.empty() ? "" : path_of(name);
    if (const int status = put(manual_of_command(command, date), output); status != exit_yes) return status;
  }
  return exit_yes;
}

}  // namespace

Run man_command(Options& options) { return command_of<ManOptions>(options, declare, run); }

}  // namespace rigfit
