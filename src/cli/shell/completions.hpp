#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/declared_command.hpp"

namespace rigfit {

/// A shell that completes commands, options and their values by a script.
struct Shell {
  std::string_view name;
  std::string (*script)(const std::vector<DeclaredCommand>&);
};

/// bash, zsh and fish.
std::span<const Shell> shells();

/// What a value or an argument can be completed to.
struct Completion {
  std::vector<std::string> words;
  bool is_list = false;    ///< several words, with commas between them
  bool has_files = false;  ///< names of files, too

  bool is_empty() const { return words.empty() && !has_files; }
};
Completion completion_of(const Option& option);

/// Commands that --help lists.
std::vector<const DeclaredCommand*> shown(const std::vector<DeclaredCommand>& commands);

/// Every spelling of an option with a value, each once: what follows one of them is no command.
std::vector<std::string> spellings_with_value(const std::vector<DeclaredCommand>& commands);

/// The arguments of a command, without its options.
std::vector<const Option*> arguments_of(const DeclaredCommand& command);

/// `text` with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special);

/// `text` with `by` wherever it says `what`.
std::string replaced(std::string text, std::string_view what, std::string_view by);

/// `text` between single quotes, as POSIX shells and zsh read it.
std::string single_quoted(std::string_view text);

}  // namespace rigfit
