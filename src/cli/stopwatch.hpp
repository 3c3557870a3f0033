#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// Which work of a run took how long, for --timing.
class Stopwatch {
 public:
  struct Step {
    std::string name;
    double milliseconds = 0;

    bool operator==(const Step&) const = default;
  };

  /// What this process has taken of the processor so far is its first step, "start and options".
  Stopwatch();
  /// The time since the last call belongs to this step. One that comes again is added to.
  void done(std::string_view step);
  const std::vector<Step>& steps() const { return steps_; }
  /// What came since is the last step, "output"; prints the table to stderr.
  void report();

 private:
  std::vector<Step> steps_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// A line a step with its milliseconds and its share, and the total. Pure.
std::string timing_table(const std::vector<Stopwatch::Step>& steps);

}  // namespace rigfit
