#include "judge/support/alike.hpp"

#include <algorithm>
#include <map>

namespace rigfit {
namespace {

/// All that a comparison can see of a fact.
std::string seen_of(const Fact& fact) {
  std::string text = fact.value ? "=" + to_text(*fact.value) : fact.is_unknown() ? "?" : "-";
  for (const Value& value : fact.may_be) text += "|" + to_text(value);
  return text;
}

}  // namespace

void add_compared_facts(const Condition& condition, std::vector<std::string>& names) {
  if (!condition.fact.empty()) names.push_back(condition.fact);
  for (const Condition& part : condition.parts) add_compared_facts(part, names);
}

std::vector<std::size_t> alike_devices(const Platform& platform, const std::vector<const FrameworkRule*>& frameworks,
                                       const Facts& facts) {
  std::vector<std::size_t> first(platform.devices.size(), 0);
  if (first.size() < 2) return first;
  // What the listed code is compared with, and what conditions on the device name.
  std::vector<std::string> names = {"device.compute_capability", "device.architecture"};
  for (const FrameworkRule* framework : frameworks)
    for (const BuildRow& row : framework->builds)
      if (row.platform == platform.id && row.build->device) add_compared_facts(*row.build->device, names);
  std::erase_if(names, [](const std::string& name) { return !name.starts_with("device."); });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());

  std::map<std::string, std::size_t> known;
  for (std::size_t n = 0; n < first.size(); ++n) {
    std::string key;
    for (const std::string& name : names) key += seen_of(look_up(name, facts, &platform.devices[n])) + '\n';
    first[n] = known.emplace(std::move(key), n).first->second;
  }
  return first;
}

}  // namespace rigfit
