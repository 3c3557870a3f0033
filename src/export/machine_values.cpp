#include "export/machine_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "facts/platforms.hpp"
#include "judge/recommend/first_choice.hpp"
#include "rules/short_forms.hpp"
#include "text/utf8.hpp"

namespace rigfit {
namespace {

bool is_usable(const Device& device) {
  const bool* usable = device.facts.get_by_name<bool>(short_form::own_usable);
  return usable && *usable;
}

PlatformValues values_of(const Platform& platform) {
  PlatformValues values;
  values.platform = &platform;
  for (const Device& device : platform.devices) {
    if (device.state != State::absent) values.devices.push_back(&device);
    if (is_usable(device)) values.usable.push_back(&device);
  }
  std::set<std::string> architectures;
  std::optional<std::int64_t> least;
  bool is_memory_known = true;
  for (const Device* device : values.usable) {
    if (const auto* architecture = device->facts.get(fact::device::architecture)) architectures.insert(*architecture);
    const auto* bytes = device->facts.get_by_name<std::int64_t>(short_form::own_memory);
    if (bytes) least = std::min(least.value_or(*bytes), *bytes);
    is_memory_known = is_memory_known && bytes;
  }
  values.architectures.assign(architectures.begin(), architectures.end());
  if (is_memory_known) values.least_memory = least;
  values.driver_version = text_of(platform.facts.at_by_name(fact::cuda::driver_version.text()));  // named alike by all
  return values;
}

std::optional<FrameworkValues> framework_of(const Recommendation& recommendation) {
  const Candidate* first = first_choice(recommendation);
  if (!first) return std::nullopt;
  return FrameworkValues{first->rule->id, best_build(first->support).build, recommendation.install};
}

}  // namespace

MachineValues::MachineValues(const Analysis& analysis) : facts(with_short_forms(analysis.facts)) {
  for (const Platform& platform : facts.platforms) {
    const PlatformInfo* info = platform_info(platform.id);
    if (info && info->is_accelerator && platform.state != State::not_applicable)
      platforms.push_back(values_of(platform));
  }
  if (analysis.recommendation) framework = framework_of(*analysis.recommendation);
  for (const Finding& finding : analysis.diagnosis.findings) {
    if (finding.severity == "error") ++errors;
    if (finding.severity == "warning") ++warnings;
  }
}

bool is_plain(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto point = next_code_point(text, at);
    const bool is_control = !point || *point < 0x20 || (*point >= 0x7f && *point < 0xa0);
    const bool turns_text = point && ((*point >= 0x202a && *point <= 0x202e) || (*point >= 0x2066 && *point <= 0x2069));
    if (is_control || turns_text) return false;
  }
  return true;
}

std::string device_label(const PlatformValues& platform, const Device& device) {
  const auto* address = device.facts.get(fact::device::pci_address);
  if (address && is_plain(*address)) return fmt::format("{} device {}", platform.platform->id, *address);
  const auto at = std::find(platform.devices.begin(), platform.devices.end(), &device);
  return fmt::format("{} device {}", platform.platform->id, at - platform.devices.begin() + 1);
}

std::optional<std::string> text_of(const Fact& fact) {
  return fact.known() ? std::optional(to_text(*fact.value)) : std::nullopt;
}

}  // namespace rigfit
