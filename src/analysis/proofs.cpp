#include <algorithm>

#include "analysis/analysis.hpp"
#include "rules/kept_away.hpp"

namespace rigfit {

ProofCount count_proofs(const Facts& facts, const std::vector<std::string>& platforms) {
  ProofCount count;
  for (const Platform& platform : facts.platforms) {
    const bool is_chosen = std::find(platforms.begin(), platforms.end(), platform.id) != platforms.end();
    if (!is_chosen || platform.state == State::absent || platform.state == State::not_applicable) continue;
    if (platform.devices.empty()) ++(platform.state == State::blocked ? count.failed : count.untried);
    std::size_t passed = 0, hidden = 0;
    for (const Device& device : platform.devices) {
      if (device.state == State::absent) continue;  // a display that no framework computes on
      if (device.state == State::proven)
        ++passed;
      else if (is_kept_away(device))
        ++hidden;
      else if (device.state == State::blocked)
        ++count.failed;
      else
        ++count.untried;
    }
    // What the user hides from this process is no gap, as long as something is left.
    if (passed == 0) count.untried += hidden;
    count.passed += passed;
  }
  return count;
}

}  // namespace rigfit
