#pragma once

#include <string>

namespace rigfit {

/// A pipe that lies in a folder: whoever opens it waits for somebody at its other end, perhaps for ever. Not one that a
/// shell made for `<( )`, which has a program at its other end.
bool is_named_pipe(const std::string& path);

}  // namespace rigfit
