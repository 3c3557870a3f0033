#include "facts/facts.hpp"

#include <algorithm>
#include <utility>

namespace rigfit {

const Platform* Facts::platform(std::string_view id) const {
  const auto it = std::find_if(platforms.begin(), platforms.end(), [&](const Platform& p) { return p.id == id; });
  return it == platforms.end() ? nullptr : &*it;
}

Platform* Facts::platform(std::string_view id) { return const_cast<Platform*>(std::as_const(*this).platform(id)); }

void Facts::merge(Facts other) {
  host.add_unknown(other.host);
  for (Platform& theirs : other.platforms) {
    if (Platform* ours = platform(theirs.id)) {
      ours->facts.add_unknown(theirs.facts);
      std::move(theirs.devices.begin(), theirs.devices.end(), std::back_inserter(ours->devices));
    } else {
      platforms.push_back(std::move(theirs));
    }
  }
}

}  // namespace rigfit
