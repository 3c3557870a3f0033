#include "cli/shell/completions.hpp"

#include <algorithm>

namespace rigfit {

// A file with the function and a row here (with the function's declaration) are all that a shell needs.

std::string bash_completions(const std::vector<DeclaredCommand>&);
std::string zsh_completions(const std::vector<DeclaredCommand>&);
std::string fish_completions(const std::vector<DeclaredCommand>&);

std::span<const Shell> shells() {
  static constexpr Shell rows[] = {{"bash", bash_completions}, {"zsh", zsh_completions}, {"fish", fish_completions}};
  return rows;
}

Completion completion_of(const Option& option) {
  const std::string& name = option.is_argument() ? option.name : option.value;
  const auto says = [&](std::string_view part) { return name.find(part) != name.npos; };
  Completion completion;
  if (option.words) completion.words = option.words();
  completion.is_list = says(",");
  completion.has_files = says("FILE") || says("PATH") || says("DIR");
  return completion;
}

std::vector<const DeclaredCommand*> shown(const std::vector<DeclaredCommand>& commands) {
  std::vector<const DeclaredCommand*> all;
  for (const DeclaredCommand& command : commands)
    if (!command.is_hidden()) all.push_back(&command);
  return all;
}

std::vector<std::string> spellings_with_value(const std::vector<DeclaredCommand>& commands) {
  std::vector<std::string> all;
  for (const DeclaredCommand& command : commands)
    for (const Option& option : command.options.all)
      if (option.takes_value())
        for (std::string& spelling : option.spellings())
          if (std::find(all.begin(), all.end(), spelling) == all.end()) all.push_back(std::move(spelling));
  return all;
}

std::vector<const Option*> arguments_of(const DeclaredCommand& command) {
  std::vector<const Option*> all;
  for (const Option& option : command.options.all)
    if (option.is_argument()) all.push_back(&option);
  return all;
}

std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != special.npos) result += '\\';
    result += c;
  }
  return result;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::string single_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace rigfit
