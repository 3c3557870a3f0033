#pragma once

#include <string>

namespace rigfit {

/// A requirement such as `torch<2.16` as one argument of a command: in double quotes where a shell, sh or cmd.exe,
/// would split it, redirect or look for files.
inline std::string shell_word(const std::string& word) {
  return word.find_first_of("<>[]=*!{}, ") == word.npos ? word : '"' + word + '"';
}

}  // namespace rigfit
