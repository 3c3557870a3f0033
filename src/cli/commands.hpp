#pragma once

#include <span>
#include <string_view>

#include "cli/options/options.hpp"

namespace rigfit {

/// One subcommand.
struct Command {
  std::string_view name;
  std::string_view summary;         ///< for the list of commands; empty: it is hidden
  Run (*declare)(Options&);         ///< names its options; what comes back does what they say
  std::string_view group = "More";  ///< what it is for, in --help: commands of a group stand one below the other
};

/// All of them, in the order of --help. The first is meant where none is named.
std::span<const Command> commands();

}  // namespace rigfit
