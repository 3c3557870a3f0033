#include "cli/stopwatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "cli/output.hpp"

namespace rigfit {

Stopwatch::Stopwatch() {
  // From its beginning, the loader's work included, a process is told its processor time only.
  steps_.push_back({"start and options", 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC});
}

void Stopwatch::done(std::string_view step) {
  const auto now = std::chrono::steady_clock::now();
  const double milliseconds = std::chrono::duration<double, std::milli>(now - last_).count();
  last_ = now;
  const auto known = std::find_if(steps_.begin(), steps_.end(), [&](const Step& one) { return one.name == step; });
  if (known == steps_.end())
    steps_.push_back({std::string(step), milliseconds});
  else
    known->milliseconds += milliseconds;
}

void Stopwatch::report() {
  done("output");
  const std::string table = timing_table(steps_);
  for (std::size_t at = 0, end; (end = table.find('\n', at)) != table.npos; at = end + 1)
    remark(std::string_view(table).substr(at, end - at));
}

std::string timing_table(const std::vector<Stopwatch::Step>& steps) {
  double total = 0;
  std::size_t width = std::string_view("total").size();
  for (const Stopwatch::Step& step : steps) total += step.milliseconds, width = std::max(width, step.name.size());
  const auto line = [&](std::string_view name, double milliseconds) {
    const double share = total > 0 ? 100 * milliseconds / total : 0;
    return fmt::format("{:<{}}  {:>9.3f} ms  {:>3.0f} %\n", name, width, milliseconds, share);
  };
  std::string table;
  for (const Stopwatch::Step& step : steps) table += line(step.name, step.milliseconds);
  return table + line("total", total);
}

}  // namespace rigfit
