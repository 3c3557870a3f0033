// https://fishshell.com/docs/current/completions.html
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/shell/completions.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// Between single quotes, fish takes a backslash for what it is only before a quote or a backslash.
std::string fish_quoted(std::string_view text) { return "'" + escaped(text, "\\'") + "'"; }

/// The arguments of `complete` for an option, without the commands that have it.
std::string option_arguments(const Option& option) {
  std::string text;
  for (const std::string& spelling : option.spellings())
    text += spelling.starts_with("--") ? " -l " + spelling.substr(2) : " -s " + spelling.substr(1);
  if (option.takes_value()) {
    const Completion completion = completion_of(option);
    text += completion.has_files ? " -r -F" : " -x";
    if (!completion.words.empty()) text += " -a " + fish_quoted(join(completion.words, " "));
  }
  return text + " -d " + fish_quoted(option.about);
}

std::string argument_lines(const DeclaredCommand& command) {
  std::string lines;
  int place = 0;
  for (const Option* argument : arguments_of(command)) {
    const bool is_many = argument->kind == Option::Kind::arguments;
    const Completion completion = completion_of(*argument);
    ++place;
    if (completion.is_empty()) continue;
    lines += fmt::format("complete -c rigfit -n '__rigfit_argument {} {}'{}{}\n", command.command->name,
                         is_many ? "many" : std::to_string(place), completion.has_files ? " -F" : "",
                         completion.words.empty() ? "" : " -a " + fish_quoted(join(completion.words, " ")));
  }
  return lines;
}

constexpr std::string_view functions = R"(
# Prints the words of the line that are no options and no values of options: the command, and its arguments.
function __rigfit_words
    set -l is_value 0
    for word in (commandline -opc)[2..-1]
        if test $is_value = 1
            set is_value 0
            continue
        end
        switch $word
            case @with_value
                set is_value 1
            case '-*'
            case '*'
                echo $word
        end
    end
end

# Prints the command on the line; fails where there is none yet.
function __rigfit_command
    set -l words (__rigfit_words)
    test (count $words) -gt 0; and echo $words[1]
end

function __rigfit_is
    set -l command (__rigfit_command); or set command @default
    contains -- $command $argv
end

# Whether the next argument of this command is the one in that place.
function __rigfit_argument
    __rigfit_is $argv[1]; or return 1
    test $argv[2] = many; and return 0
    test (count (__rigfit_words)) = $argv[2]
end

complete -c rigfit -f
complete -c rigfit -s h -l help -d 'Show this help'
complete -c rigfit -n 'not __rigfit_command' -l version -d 'Print the version'
)";

}  // namespace

std::string fish_completions(const std::vector<DeclaredCommand>& commands) {
  const std::string usual(commands.front().command->name);
  std::string text = "# Completions of rigfit for fish, written by `rigfit completions fish`.\n";
  text += replaced(replaced(std::string(functions), "@with_value", join(spellings_with_value(commands), " ")),
                   "@default", usual);
  std::vector<std::pair<std::string, std::vector<std::string>>> options;  // what `complete` is told, and for which
  for (const DeclaredCommand* command : shown(commands)) {
    const std::string name(command->command->name);
    text += fmt::format("complete -c rigfit -n 'not __rigfit_command' -a {} -d {}\n", name,
                        fish_quoted(command->command->summary));
    text += argument_lines(*command);
    for (const Option& option : command->options.all) {
      if (option.is_argument()) continue;
      const std::string arguments = option_arguments(option);
      const auto known =
          std::find_if(options.begin(), options.end(), [&](const auto& one) { return one.first == arguments; });
      if (known == options.end())
        options.push_back({arguments, {name}});
      else
        known->second.push_back(name);
    }
  }
  for (const auto& [arguments, names] : options)
    text += fmt::format("complete -c rigfit -n '__rigfit_is {}'{}\n", join(names, " "), arguments);
  return text;
}

}  // namespace rigfit
