#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options/declared_command.hpp"

namespace rigfit {

// Manual pages in the man macros (man(7), groff_man(7)), section 1. `date` stands at the foot of a page: "2026-11-26".

/// "rigfit-doctor", or "rigfit" for the program as a whole.
std::string manual_page_name(std::string_view command);

/// rigfit(1): what it is for, its commands, exit statuses, environment and etiquette.
std::string manual_of_program(const std::vector<DeclaredCommand>& commands, std::string_view date);

/// rigfit-COMMAND(1).
std::string manual_of_command(const DeclaredCommand& command, std::string_view date);

}  // namespace rigfit
