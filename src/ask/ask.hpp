#pragma once

#include <string>
#include <vector>

namespace rigfit {

using Words = std::vector<std::string>;

/// `rigfit ask NAME [ARGUMENT...]`: loads a vendor's library into this process, which may crash or hang in it, and
/// prints what it says as one JSON document. Exit status: 0 it answered (an error of the library is an answer), 1 it
/// could not be printed, 2 no such question, 3 the library is not there, 4 it lacks a function or could not be loaded;
/// 2 to 4 with a line on stderr. library.hpp tells how to add a question.
int ask(const Words& words);

}  // namespace rigfit
