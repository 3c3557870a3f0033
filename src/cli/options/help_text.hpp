#pragma once

#include <string>

namespace rigfit {

// The parts of --help that are not lists of commands and options.

extern const char* const exit_codes;
extern const char* const examples;
extern const char* const about_priorities;

/// "Only of these: cuda, rocm (default: all that are there); tpu only when named"
std::string about_provers();
std::string what_is_proven();

}  // namespace rigfit
