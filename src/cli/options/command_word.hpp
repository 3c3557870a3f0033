#pragma once

#include <string>
#include <vector>

#include "cli/options/declared_command.hpp"

namespace rigfit {

/// Brings the word that names the command to the front: it may stand behind its options, or be left out, which means
/// the first command. `help` in its place becomes --help. What is about the program as a whole (--help, --version)
/// stays as it is. Throws WrongUsage for a command that is none.
void bring_command_to_front(std::vector<std::string>& arguments, DeclaredOnDemand& commands);

}  // namespace rigfit
