#pragma once

#include <string>
#include <vector>

namespace rigfit {

/// The whole program: does what the arguments (without the program's name) say. The exit status.
int run_program(std::vector<std::string> arguments);

}  // namespace rigfit
