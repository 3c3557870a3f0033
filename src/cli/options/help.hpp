#pragma once

#include <string>
#include <vector>

#include "cli/options/declared_command.hpp"

namespace rigfit {

/// `rigfit --help`: all commands by what they are for, on one screen of 80 columns.
std::string help_of_program(const std::vector<DeclaredCommand>& commands);

/// `rigfit COMMAND --help`: that command alone.
std::string help_of_command(const DeclaredCommand& command);

}  // namespace rigfit
