#pragma once

#include <string>
#include <vector>

namespace rigfit {

using Words = std::vector<std::string>;

/// `rigfit ask NAME [ARGUMENT...]`: loads a vendor's library into this process, which may crash or hang in it, and
/// prints what it says as one JSON document. How it ends is in evidence/ask_protocol.hpp. library.hpp tells how to add
/// a question.
int ask(const Words& words);

}  // namespace rigfit
