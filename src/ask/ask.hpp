#pragma once

#include <string_view>

namespace rigfit {

/// `rigfit ask NAME`: loads a vendor's library into this process, which may crash or hang in it, and prints what it
/// says as one JSON document. Exit status: 0 it answered (an error of the library is an answer), 2 no such question, 3
/// the library is not there, 4 it lacks a function or could not be loaded; 3 and 4 with a line on stderr.
int ask(std::string_view name);

}  // namespace rigfit
