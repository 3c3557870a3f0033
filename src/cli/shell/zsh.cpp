// https://zsh.sourceforge.io/Doc/Release/Completion-System.html
#include <fmt/format.h>

#include "cli/shell/completions.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// What _arguments does for a value: ":FILE:_files".
std::string action_of(const Option& option) {
  const Completion completion = completion_of(option);
  const std::string message = escaped(option.is_argument() ? option.name : option.value, ":\\");
  const std::string words = join(completion.words, " ");
  std::string action = " ";
  if (completion.is_list)
    action = "_sequence compadd - " + words;
  else if (completion.has_files && words.empty())
    action = "_files";
  else if (completion.has_files)
    action = fmt::format("{{compadd -- {}; _files}}", words);
  else if (words.ends_with('='))
    action = fmt::format("{{compadd -S \"\" -- {}}}", words);
  else if (!words.empty())
    action = fmt::format("({})", words);
  return fmt::format(":{}:{}", message, action);
}

/// One or several words for _arguments: "'(-v --verbose)'{-v,--verbose}'[Every term]'".
std::string spec_of(const Option& option) {
  const std::string about = fmt::format("[{}]", escaped(option.about, ":\\[]"));
  const std::vector<std::string> spellings = option.spellings();
  if (option.kind == Option::Kind::flag && spellings.size() > 1)
    return fmt::format("{}{{{}}}{}", single_quoted("(" + join(spellings, " ") + ")"), join(spellings, ","),
                       single_quoted(about));
  if (option.kind == Option::Kind::flag) return single_quoted(spellings.front() + about);
  const std::string repeated = option.kind == Option::Kind::values ? "*" : "";
  return single_quoted(repeated + spellings.front() + "=" + about + action_of(option));
}

std::string specs_of(const DeclaredCommand& command) {
  std::string specs = "        '(-h --help)'{-h,--help}'[Show this help]'\n";
  int place = 0;
  for (const Option& option : command.options.all) {
    if (option.kind == Option::Kind::arguments)
      specs += fmt::format("        {}\n", single_quoted("*" + action_of(option)));
    else if (option.is_argument())
      specs += fmt::format("        {}\n", single_quoted(std::to_string(++place) + action_of(option)));
    else
      specs += fmt::format("        {}\n", spec_of(option));
  }
  return specs;
}

}  // namespace

std::string zsh_completions(const std::vector<DeclaredCommand>& commands) {
  std::string described, arms;
  for (const DeclaredCommand* command : shown(commands)) {
    described += fmt::format("    {}\n", single_quoted(fmt::format("{}:{}", command->command->name,
                                                                   escaped(command->command->summary, ":\\"))));
    arms +=
        fmt::format("    ({})\n      arguments=(\n{}      )\n      ;;\n", command->command->name, specs_of(*command));
  }
  return fmt::format(
      "#compdef rigfit\n# Completions of rigfit for zsh, written by `rigfit completions zsh`.\n\n"
      "_rigfit_commands() {{\n  local -a commands\n  commands=(\n{}  )\n  _describe -t commands command "
      "commands\n}}\n\n"
      "_rigfit() {{\n  local command={} word\n  local -a arguments\n  integer n at=0\n"
      "  for (( n = 2; n < CURRENT; ++n )); do\n    word=${{words[n]}}\n    case $word in\n"
      "      ({}) (( ++n )) ;;\n      (-*) ;;\n      (*) command=$word at=$n; break ;;\n    esac\n  done\n"
      "  if (( at )); then\n    words[at]=()\n    (( --CURRENT ))\n  fi\n"
      "  case $command in\n{}  esac\n"
      "  (( at )) || arguments+=('--version[Print the version]' '1: :_rigfit_commands')\n"
      "  _arguments -s -S : $arguments\n}}\n\n"
      "if [[ $funcstack[1] == _rigfit ]]; then\n  _rigfit \"$@\"\nelse\n  compdef _rigfit rigfit\nfi\n",
      described, commands.front().command->name, join(spellings_with_value(commands), "|"), arms);
}

}  // namespace rigfit
