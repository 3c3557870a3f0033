#include "export/x86_level.hpp"

#include <algorithm>

#include "fact_names/cpu.hpp"
#include "fact_names/host.hpp"

namespace rigfit {

std::vector<std::string> x86_levels(const HostFacts& host, const ExportRules& rules) {
  const auto* arch = host.get(fact::host::arch);
  const auto* features = host.get(fact::cpu::features);
  if (!arch || *arch != "x86_64" || !features) return {};
  std::vector<std::string> levels{"v1"};
  for (const X86Level& level : rules.x86_levels) {
    const bool has_all = std::all_of(level.features.begin(), level.features.end(), [&](const std::string& feature) {
      return std::find(features->begin(), features->end(), feature) != features->end();
    });
    if (!has_all) break;
    levels.push_back(level.name);
  }
  return levels;
}

}  // namespace rigfit
