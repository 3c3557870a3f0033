#include "probes/cuda/vgpu.hpp"

#include <algorithm>
#include <array>

#include "fact_names/device.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {

VgpuProfile parse_vgpu_name(std::string_view name) {
  const std::string_view last = name.substr(name.rfind(' ') + 1);
  const auto parts = split(last, '-');
  if (parts.size() < 2) return {};
  std::string_view size = parts.back();
  for (const std::string_view extra : {"ME", "4"})  // with media engines; B4: more displays
    if (size.size() > 2 && size.ends_with(extra)) size.remove_suffix(extra.size());
  const char series = size.empty() ? ' ' : size.back();
  constexpr std::string_view all = "ABCQ";
  if (all.find(series) == all.npos || !whole_number(size.substr(0, size.size() - 1))) return {};
  const bool is_slice = parts.size() > 2 && whole_number(parts[parts.size() - 2]);
  const std::string before = is_slice ? std::string(parts[parts.size() - 2]) + "-" : "";
  return {before + std::string(parts.back()), std::string(1, series)};
}

void take_virtualization(ListedGpu& gpu, std::string_view mode) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> modes{{{"none", "none"},
                                                                                {"pass-through", "pass_through"},
                                                                                {"vgpu", "vgpu"},
                                                                                {"host vgpu", "host_vgpu"},
                                                                                {"host vsga", "host_vsga"}}};
  const std::string said = lower(trimmed(mode));
  for (const auto& [word, value] : modes)
    if (said == word) gpu.more.set(fact::device::virtualization, std::string(value), {});
}

void take_license(ListedGpu& gpu, std::string_view product, std::string_view status) {
  if (!says_nothing(product)) gpu.more.set(fact::device::vgpu_product, std::string(trimmed(product)), {});
  const std::string said = lower(trimmed(status));
  if (said.starts_with("licensed")) gpu.more.set(fact::device::license_status, std::string("licensed"), {});
  if (said.starts_with("unlicensed")) gpu.more.set(fact::device::license_status, std::string("unlicensed"), {});
}

void read_vgpu(Device& device) {
  DeviceFacts& facts = device.facts;
  const std::string* name = facts.get(fact::device::name);
  if (!name) return;
  const VgpuProfile known = parse_vgpu_name(*name);
  if (known.profile.empty()) return;
  const std::vector<std::string> source = facts.at(fact::device::name).sources;
  // NVIDIA's boards "GRID K1" and the like have no profile in their names.
  if (!facts.has(fact::device::virtualization) && name->starts_with("GRID "))
    facts.set(fact::device::virtualization, std::string("vgpu"), source);
  if (facts.at(fact::device::virtualization).value != Value(std::string("vgpu"))) return;
  facts.set(fact::device::vgpu_profile, known.profile, source);
  facts.set(fact::device::vgpu_series, known.series, source);
}

}  // namespace rigfit
