#include "cli/options/word_order.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/options/raw_options.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {

void put_command_first(std::vector<std::string>& arguments, const Words& words) {
  std::size_t at = 0;
  while (at < arguments.size() && arguments[at].starts_with("-") && arguments[at] != "--") {
    if (!words.is_option(arguments[at].substr(0, arguments[at].find('=')))) {
      arguments.insert(arguments.begin(), "recommend");  // which then tells what it does not know
      return;
    }
    const bool with_value = arguments[at].find('=') == std::string::npos && words.takes_value(arguments[at]);
    at += with_value ? 2 : 1;
  }
  if (at >= arguments.size()) {
    const bool is_about_all =
        arguments.size() == 1 && (arguments[0] == "-h" || arguments[0] == "--help" || arguments[0] == "--version");
    if (!is_about_all) arguments.insert(arguments.begin(), "recommend");
    return;
  }
  std::string word = arguments[at];
  if (word == "help") {
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(at));
    arguments.push_back("--help");
    if (arguments.size() > 1) return put_command_first(arguments, words);
    return;
  }
  if (std::find(words.commands.begin(), words.commands.end(), word) == words.commands.end())
    throw Wrong{fmt::format("there is no command \"{}\"{}", word, did_you_mean(word, words.told))};
  std::rotate(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(at),
              arguments.begin() + static_cast<std::ptrdiff_t>(at) + 1);
}

}  // namespace rigfit
