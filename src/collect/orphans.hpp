#pragma once

#include <sys/types.h>

#include <vector>

namespace rigfit {

/// While one lives, processes whose parents have ended come to this process, even from a session of their own, to which
/// no signal to a group leads: https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
/// Only on Linux; elsewhere it does nothing.
class Orphans {
 public:
  Orphans();
  ~Orphans();
  Orphans(const Orphans&) = delete;
  Orphans& operator=(const Orphans&) = delete;

  /// Kills and reaps every child of this process that it did not have when this was made, with what they leave behind
  /// in turn; not those of `spared`, which cannot be ended. Never waits longer than `seconds`.
  void end_all(const std::vector<pid_t>& spared, double seconds);

 private:
  [[maybe_unused]] std::vector<pid_t> before_;  ///< children that this process had
  [[maybe_unused]] int was_subreaper_ = 0;
};

}  // namespace rigfit
