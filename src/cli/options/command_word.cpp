#include "cli/options/command_word.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

bool is_of_every_command(const std::string& word) { return word == "-h" || word == "--help" || word == "--version"; }

/// Whether a value follows this option in some command; nothing for what is an option of none. Once one takes a value
/// the others need not be declared.
std::optional<bool> takes_value(const std::string& word, DeclaredOnDemand& commands) {
  std::optional<bool> takes;
  if (is_of_every_command(word)) takes = false;
  for (std::size_t n = 0; n < commands.size(); ++n)
    for (const Option& option : commands.at(n).options.all)
      for (const std::string& spelling : option.spellings()) {
        if (spelling != word) continue;
        if (option.takes_value()) return true;
        takes = false;
      }
  return takes;
}

}  // namespace

void bring_command_to_front(std::vector<std::string>& arguments, DeclaredOnDemand& commands) {
  const std::string usual(commands.command(0).name);
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
  for (std::size_t n = 0; n < commands.size(); ++n) {
    const Command& command = commands.command(n);
    is_known = is_known || command.name == word;
    if (!command.summary.empty()) offered.emplace_back(command.name);
  }
  if (!is_known) throw WrongUsage{fmt::format("there is no command \"{}\"{}", word, did_you_mean(word, offered))};
  std::rotate(arguments.begin(), place, place + 1);
}

}  // namespace rigfit
