#include "probes/in_order.hpp"

#include <algorithm>

#include "facts/platforms.hpp"

namespace rigfit {

std::vector<const Probe*> in_order(std::vector<const Probe*> probes) {
  const auto place = [](const Probe* probe) {
    const auto all = platforms();
    return std::find_if(all.begin(), all.end(), [&](const PlatformInfo& one) { return one.id == probe->id; }) -
           all.begin();
  };
  std::sort(probes.begin(), probes.end(), [&](const Probe* a, const Probe* b) {
    const auto first = place(a), second = place(b);
    return first != second ? first < second : a->id < b->id;
  });
  return probes;
}

}  // namespace rigfit
