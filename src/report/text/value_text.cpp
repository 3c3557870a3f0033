#include "report/text/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "text/join.hpp"

namespace rigfit {

std::string bandwidth_text(std::int64_t bytes_per_second) {
  const double bytes = static_cast<double>(bytes_per_second);
  return bytes >= 1e12 ? fmt::format("{:.2f} TB/s", bytes / 1e12) : fmt::format("{:.1f} GB/s", bytes / 1e9);
}

std::string fact_text(std::string_view name, const Fact& fact) {
  if (fact.value && name.ends_with("_bytes_per_second"))
    if (const auto* bytes = std::get_if<std::int64_t>(&*fact.value)) return bandwidth_text(*bytes);
  if (fact.value && name.ends_with("_seconds"))
    if (const auto* seconds = std::get_if<double>(&*fact.value)) return fmt::format("{:.2f} s", *seconds);
  if (fact.value && name.ends_with("_bytes"))
    if (const auto* bytes = std::get_if<std::int64_t>(&*fact.value)) return size_text(*bytes);
  if (fact.value)
    if (const auto* list = std::get_if<std::vector<std::string>>(&*fact.value); list && list->empty()) return "(empty)";
  if (fact.none) return fact.because.empty() ? "none" : fmt::format("none ({})", fact.because);
  return to_text(fact);
}

std::string system_name(std::string_view family) {
  return family == "darwin"    ? "macOS"
         : family == "windows" ? "Windows"
         : family == "linux"   ? "Linux"
                               : std::string(family);
}

std::string spaced(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '_', ' ');
  return result;
}

std::string device_memory(const Device& device) {
  std::string total = value_or_nothing(fact::device::memory_total_bytes, device.facts);
  const std::string usable = value_or_nothing(fact::device::memory_usable_bytes, device.facts);
  const auto* instances = device.facts.get(fact::device::mig_instances);
  if (instances && *instances > 0) {
    const std::string profiles = value_or_nothing(fact::device::mig_profiles, device.facts);
    return fmt::format("{} MIG instance{}, {}", *instances, *instances == 1 ? "" : "s",
                       !usable.empty()     ? fmt::format("of which a process uses one: {} at most", usable)
                       : !profiles.empty() ? fmt::format("of which a process uses one: {}", profiles)
                                           : "of which a process uses one");
  }
  const bool* integrated = device.facts.get(fact::device::integrated);
  if (integrated && *integrated && !usable.empty() && usable != total) return usable + " of the host's memory";
  return total;
}

namespace {

std::string name_with(const Device& device, std::initializer_list<AnyDeviceFact> facts) {
  std::string name = value_or_nothing(fact::device::name, device.facts), details;
  if (name.empty()) name = "unnamed device";
  for (const AnyDeviceFact fact : facts) {
    const bool is_memory = fact.text() == fact::device::memory_total_bytes.text();
    const std::string value = is_memory ? device_memory(device) : value_or_nothing(fact, device.facts);
    if (!value.empty()) append_to_list(details, value);
  }
  return details.empty() ? name : fmt::format("{} ({})", name, details);
}

}  // namespace

std::string device_line(const Device& device) {
  return name_with(device, {fact::device::architecture, fact::device::memory_total_bytes, fact::device::pci_address});
}

std::string device_kind(const Device& device) {
  return name_with(device, {fact::device::architecture, fact::device::memory_total_bytes});
}

std::string count_text(std::size_t count, std::string_view singular) {
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& words) {
  std::string result;
  for (std::size_t n = 0; n < words.size(); ++n)
    result += (n == 0 ? "" : n + 1 == words.size() ? " and " : ", ") + words[n];
  return result;
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string as_sentence(std::string_view text) {
  std::string result(text);
  while (result.ends_with(' ')) result.pop_back();
  if (result.empty()) return result;
  if (!result.ends_with('.') && !result.ends_with('!') && !result.ends_with('?')) result += '.';
  return result;
}

std::string decimal_text(std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t tenths = (numerator * 20 + denominator) / (denominator * 2);
  return fmt::format("{}.{}", tenths / 10, tenths % 10);
}

std::string score_text(const Score& score) {
  return score.settled() ? fmt::format("{}", score.low) : fmt::format("{}-{}", score.low, score.high);
}

std::string fraction_text(const Fraction& fraction) {
  return fraction.denominator == 1 ? fmt::format("{}", fraction.numerator)
                                   : fmt::format("{}/{}", fraction.numerator, fraction.denominator);
}

std::string percent_text(const Fraction& fraction) {
  const double percent = fraction.value() * 100;
  if (percent > 0 && percent < 1) return "under 1%";
  if (percent < 100 && percent > 99) return "over 99%";
  return fmt::format("{:.0f}%", percent);
}

}  // namespace rigfit
