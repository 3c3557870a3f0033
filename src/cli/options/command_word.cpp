#include "cli/options/command_word.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

bool is_of_every_command(const std::string& word) { return word == "-h" || word == "--help" || word == "--version"; }

/// Whether a value follows this option in some command; nothing for what is an option of none.
std::optional<bool> takes_value(const std::string& word, const std::vector<DeclaredCommand>& commands) {
  std::optional<bool> takes;
  if (is_of_every_command(word)) takes = false;
  for (const DeclaredCommand& command : commands)
    for (const Option& option : command.options.all)
      for (const std::string& spelling : option.spellings())
        if (spelling == word) takes = takes.value_or(false) || option.takes_value();
  return takes;
}

}  // namespace

void bring_command_to_front(std::vector<std::string>& arguments, const std::vector<DeclaredCommand>& commands) {
  const std::string usual(commands.front().command->name);
  std::size_t at = 0;
  while (at < arguments.size() && arguments[at].starts_with("-") && arguments[at] != "--") {
    const std::size_t equals = arguments[at].find('=');
    const auto takes = takes_value(arguments[at].substr(0, equals), commands);
    if (!takes) {
      arguments.insert(arguments.begin(), usual);  // which then says what it does not know
      return;
    }
    at += *takes && equals == std::string::npos ? 2 : 1;
  }
  if (at >= arguments.size()) {
    if (arguments.size() != 1 || !is_of_every_command(arguments[0])) arguments.insert(arguments.begin(), usual);
    return;
  }
  const std::string word = arguments[at];
  const auto place = arguments.begin() + static_cast<std::ptrdiff_t>(at);
  if (word == "help") {
    arguments.erase(place);
    arguments.push_back("--help");
    if (arguments.size() > 1) bring_command_to_front(arguments, commands);
    return;
  }
  std::vector<std::string> offered;
  bool is_known = false;
  for (const DeclaredCommand& command : commands) {
    is_known = is_known || command.command->name == word;
    if (!command.is_hidden()) offered.emplace_back(command.command->name);
  }
  if (!is_known) throw WrongUsage{fmt::format("there is no command \"{}\"{}", word, did_you_mean(word, offered))};
  std::rotate(arguments.begin(), place, place + 1);
}

}  // namespace rigfit
