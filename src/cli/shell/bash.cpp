// https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
#include <fmt/format.h>

#include <map>

#include "cli/shell/completions.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// The arms of a `case`: patterns by what they answer, so that an answer which several commands share stands there
/// once.
class Cases {
 public:
  void add(const std::string& pattern, const std::string& answer) {
    if (!answer.empty()) patterns_[answer].push_back(single_quoted(pattern));
  }

  std::string text() const {
    std::string arms;
    for (const auto& [answer, patterns] : patterns_)
      arms += fmt::format("    {}) printf '%s\\n' {} ;;\n", join(patterns, " | "), single_quoted(answer));
    return arms;
  }

 private:
  std::map<std::string, std::vector<std::string>> patterns_;
};

/// "@files" and "@list" are marks that no word is like.
std::string answer_of(const Option& option) {
  const Completion completion = completion_of(option);
  std::string answer = join(completion.words, " ");
  if (completion.has_files) answer += answer.empty() ? "@files" : " @files";
  return completion.is_list && !answer.empty() ? "@list " + answer : answer;
}

void add_values(Cases& values, const DeclaredCommand& command) {
  const std::string name(command.command->name);
  int place = 0;
  for (const Option& option : command.options.all) {
    if (option.kind == Option::Kind::flag) continue;
    if (option.is_argument()) {
      const bool is_many = option.kind == Option::Kind::arguments;
      values.add(name + " " + (is_many ? "many" : std::to_string(++place)), answer_of(option));
    }
    for (const std::string& spelling : option.spellings()) values.add(name + " " + spelling, answer_of(option));
  }
}

constexpr std::string_view completer = R"(
_rigfit() {
  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} option='' command='' word answer kept=''
  local -i n at=1
  COMPREPLY=()
  # Bash takes "--format=json" for three words.
  if [[ $cur == = ]]; then option=$before cur=''
  elif [[ $before == = ]]; then option=${COMP_WORDS[COMP_CWORD-2]}
  elif [[ $before == -* ]]; then option=$before
  fi
  _rigfit_takes_value "$option" || option=''
  for ((n = 1; n < COMP_CWORD; ++n)); do
    word=${COMP_WORDS[n]}
    if [[ $word == -* ]]; then
      if _rigfit_takes_value "$word" && [[ ${COMP_WORDS[n+1]-} != = ]]; then n+=1; fi
    elif [[ -z $command ]]; then command=$word
    else at+=1
    fi
    while [[ ${COMP_WORDS[n+1]-} == = ]]; do n+=2; done
  done
  if [[ -n $option ]]; then answer=$(_rigfit_values "${command:-@default}" "$option")
  elif [[ $cur == -* ]]; then answer=$(_rigfit_options "${command:-@default}")
  elif [[ -z $command ]]; then answer=@commands
  else
    answer=$(_rigfit_values "$command" "$at")
    [[ -n $answer ]] || answer=$(_rigfit_values "$command" many)
  fi
  if [[ $answer == '@list '* ]]; then
    answer=${answer#@list }
    if [[ $cur == *,* ]]; then kept=${cur%,*}, cur=${cur##*,}; fi
  fi
  if [[ $answer == *@files ]]; then
    answer=${answer%@files}
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
  fi
  while IFS= read -r word; do COMPREPLY+=("$kept$word"); done < <(compgen -W "$answer" -- "$cur")
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _rigfit rigfit
)";

}  // namespace

std::string bash_completions(const std::vector<DeclaredCommand>& commands) {
  Cases options, values;
  std::vector<std::string> names;
  for (const DeclaredCommand* command : shown(commands)) {
    names.emplace_back(command->command->name);
    std::vector<std::string> spellings{"--help"};
    for (const Option& option : command->options.all)
      for (std::string& spelling : option.spellings()) spellings.push_back(std::move(spelling));
    options.add(names.back(), join(spellings, " "));
    add_values(values, *command);
  }
  return fmt::format(
             "# Completions of rigfit for bash, written by `rigfit completions bash`.\n\n"
             "_rigfit_takes_value() {{\n  case $1 in\n    {}) return 0 ;;\n  esac\n  return 1\n}}\n\n"
             "_rigfit_options() {{\n  case $1 in\n{}  esac\n}}\n\n"
             "# What an option of a command, or its argument in that place, can be.\n"
             "_rigfit_values() {{\n  case \"$1 $2\" in\n{}  esac\n}}\n",
             join(spellings_with_value(commands), " | "), options.text(), values.text()) +
         replaced(replaced(std::string(completer), "@default", names.front()), "answer=@commands",
                  "answer=" + single_quoted(join(names, " ")));
}

}  // namespace rigfit
