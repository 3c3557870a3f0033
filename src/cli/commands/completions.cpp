#include "cli/shell/completions.hpp"

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace rigfit {
namespace {

struct CompletionsOptions {
  std::string name;
  const Shell* shell = nullptr;  ///< of that name
  std::string output;            ///< a file; empty: stdout
};

std::vector<std::string> shell_names() {
  std::vector<std::string> names;
  for (const Shell& shell : shells()) names.emplace_back(shell.name);
  return names;
}

void declare(Options& options, CompletionsOptions& given) {
  options.required_argument("SHELL", "bash, zsh or fish", given.name);
  options.offer(shell_names);
  add_output(options, given.output);
  options.check([&given] {
    const auto all = shells();
    const auto row = std::find_if(all.begin(), all.end(), [&](const Shell& shell) { return shell.name == given.name; });
    if (given.name.empty()) throw WrongUsage{"SHELL is missing: " + listed_choice(shell_names())};
    if (row == all.end()) refuse("SHELL", shell_names(), given.name);
    given.shell = &*row;
  });
  options.exit_codes = "0 written";
  options.notes =
      "To use them at once:\n"
      "  bash   source <(rigfit completions bash)\n"
      "  zsh    source <(rigfit completions zsh)        after compinit\n"
      "  fish   rigfit completions fish | source";
  options.examples =
      "  rigfit completions fish --output ~/.config/fish/completions/rigfit.fish\n"
      "  rigfit completions bash > ~/.local/share/bash-completion/completions/rigfit";
}

int run(const CompletionsOptions& given) { return put(given.shell->script(declared(commands())), given.output); }

}  // namespace

Run completions_command(Options& options) { return command_of<CompletionsOptions>(options, declare, run); }

}  // namespace rigfit
