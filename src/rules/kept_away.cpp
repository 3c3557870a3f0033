#include "rules/kept_away.hpp"

#include "fact_names/device.hpp"

namespace rigfit {

bool is_kept_away(const Device& device) {
  for (const DeviceFact<bool> name : {fact::device::visible, fact::device::allotted, fact::device::cuda_visible})
    if (const bool* is_given = device.facts.get(name); is_given && !*is_given) return true;
  const bool* hidden = device.facts.get(fact::device::hidden);
  return hidden && *hidden;
}

}  // namespace rigfit
