#pragma once

#include "ask/ask.hpp"

namespace rigfit {

/// Prints the numbers of the groups of this process, and of those that /etc/group gives its user: they differ between
/// `usermod -aG` and the next login. Numbers only: no name leaves the child.
///
///     {"session": [44, 1000], "listed": [44, 109, 1000]}
///
/// Format of the files: https://man7.org/linux/man-pages/man5/group.5.html
int ask_groups(const Words& arguments);

}  // namespace rigfit
