#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/answer.hpp"

namespace rigfit {

/// One program to run: without a shell, its stdin empty, in a process group of its own, with no descriptor but the
/// standard ones, no core file, at most 64 MiB in a file and 4096 descriptors. It ends when this program is killed.
struct Child {
  std::string program;  ///< absolute path
  std::vector<std::string> args;
};

struct ChildLimits {
  double seconds = 10.0;  ///< after that the group gets SIGTERM, a second later SIGKILL
  double grace = 1.0;     ///< between the two
  double reap = 0.5;      ///< how long a killed child may take to go before it is `stuck` and left behind
  /// Most bytes of stdout. A child that writes more is ended, and nothing of it is kept: it is no answer.
  std::size_t out_cap = 8u << 20;
  std::size_t err_cap = 64u << 10;   ///< of stderr; what is beyond is dropped
  std::size_t err_flood = 4u << 20;  ///< a child that writes more to stderr is ended, and nothing of it is kept
  /// Reported each line of stderr as soon as it is whole, with the number of the child.
  std::function<void(std::size_t child, std::string_view line)> heard = {};
};

/// Runs all of them side by side, all started from this thread, with exactly `environment`; the answers are in their
/// order. Never waits longer than seconds + grace + reap. Ended by itself: `found` with the exit status; by a signal:
/// `crashed`; by its limit, however it took that: `timed_out`. A SIGINT, SIGTERM, SIGHUP or SIGQUIT to this program
/// ends the children first and is then delivered. What they left running is ended too, in sessions of its own as well.
std::vector<Answer> run_children(const std::vector<Child>& children, const std::vector<std::string>& environment,
                                 const ChildLimits& limits);

}  // namespace rigfit
