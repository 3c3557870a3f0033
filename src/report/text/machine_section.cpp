#include <fmt/format.h>

#include <algorithm>

#include "fact_names/cloud.hpp"
#include "fact_names/container.hpp"
#include "fact_names/cpu.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "fact_names/scheduler.hpp"
#include "fact_names/vm.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// Parts that are not empty, with commas between them.
std::string joined(std::initializer_list<std::string> parts) {
  std::string result;
  for (const std::string& part : parts)
    if (!part.empty()) append_to_list(result, part);
  return result;
}

/// The instruction sets that decide how fast a framework runs on this CPU.
std::string notable_features(const HostFacts& host) {
  const auto* features = host.get(fact::cpu::features);
  if (!features) return "";
  constexpr std::pair<std::string_view, std::string_view> notable[] = {
      {"avx2", "AVX2"}, {"avx512f", "AVX-512"}, {"avx512_bf16", "BF16"}, {"amx_tile", "AMX"},
      {"sve", "SVE"},   {"sve2", "SVE2"},       {"sme", "SME"}};
  std::string result;
  for (const auto& [flag, name] : notable)
    if (std::find(features->begin(), features->end(), flag) != features->end()) append_to_list(result, name, " ");
  return result;
}

std::string cpu_line(const HostFacts& host) {
  const auto count = [&](HostFact<std::int64_t> name, const char* singular) {
    const auto* number = host.get(name);
    return number && *number > 0 ? count_text(static_cast<std::size_t>(*number), singular) : std::string();
  };
  const std::string model = value_or_nothing(fact::cpu::model, host);
  return joined({model.empty() ? "CPU model unknown" : model, count(fact::cpu::physical_cores, "core"),
                 count(fact::cpu::logical_cpus, "logical CPU"), notable_features(host)});
}

std::string memory_line(const HostFacts& host) {
  const std::string total = value_or_nothing(fact::memory::total_bytes, host),
                    usable = value_or_nothing(fact::memory::usable_bytes, host),
                    limit = value_or_nothing(fact::memory::limited_by, host);
  if (total.empty() && usable.empty()) return "unknown size";
  if (usable.empty()) return total + ", usable part unknown";
  if (total.empty() || usable == total) return usable + (total.empty() ? " usable" : "");
  return fmt::format("{} usable of {}{}", usable, total, limit.empty() ? "" : fmt::format(" (limited by {})", limit));
}

std::string system_line(const HostFacts& host) {
  const auto named = [&](AnyHostFact fact, const char* pattern) {
    const std::string value = value_or_nothing(fact, host);
    return value.empty() ? std::string() : fmt::format(fmt::runtime(pattern), value);
  };
  std::string system = value_or_nothing(fact::os::pretty_name, host);
  if (system.empty()) system = value_or_nothing(fact::os::family, host);
  if (system.empty()) system = "system unknown";
  return joined({system, named(fact::host::arch, "{}"), named(fact::os::kernel, "kernel {}"),
                 named(fact::os::wsl, "WSL {}"), named(fact::container::runtime, "in a container ({})"),
                 named(fact::vm::kind, "virtual machine ({})"), named(fact::cloud::provider, "cloud: {}"),
                 named(fact::scheduler::kind, "{} job"), named(fact::python::version, "Python {}")});
}

bool is_always_reported(std::string_view id) {
  const PlatformInfo* info = platform_info(id);
  return info && info->is_always_shown;
}

std::string reason_of(const Platform& platform) {
  if (platform.devices.empty() || platform.id == "cpu") return platform.because;
  std::vector<std::pair<std::string, std::size_t>> kinds;  // equal devices are reported once
  for (const Device& device : platform.devices) {
    const std::string name = value_or_nothing(fact::device::name, device.facts),
                      code = value_or_nothing(fact::device::architecture, device.facts), memory = device_memory(device);
    std::string what = name.empty() ? "unnamed device" : name;
    if (const std::string details = joined({code, memory}); !details.empty()) what += fmt::format(" ({})", details);
    const auto it = std::find_if(kinds.begin(), kinds.end(), [&](const auto& kind) { return kind.first == what; });
    if (it == kinds.end())
      kinds.emplace_back(std::move(what), 1);
    else
      ++it->second;
  }
  std::vector<std::string> words;
  for (const auto& [what, count] : kinds) words.push_back(count == 1 ? what : fmt::format("{} x {}", count, what));
  const std::string devices = listed(words);
  const bool is_good = platform.state == State::ready || platform.state == State::proven;
  return is_good || platform.because.empty() ? devices : fmt::format("{}: {}", devices, platform.because);
}

}  // namespace

void write_machine(Page& page, const HostFacts& host) {
  page.heading("This machine");
  page.field("CPU", cpu_line(host), 9, 2);
  page.field("Memory", memory_line(host), 9, 2);
  page.field("System", system_line(host), 9, 2);
}

void write_platforms(Page& page, const Facts& facts) {
  page.heading("Accelerators");
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> absent, unknown;
  for (const Platform& platform : facts.platforms) {
    if (platform.id == "cpu") continue;
    if (!is_always_reported(platform.id) && platform.devices.empty() && platform.state != State::blocked &&
        platform.state != State::ready && platform.state != State::proven) {
      (platform.state == State::unknown ? unknown : absent).push_back(platform_name(platform.id));
      continue;
    }
    rows.push_back({{platform_name(platform.id), Tint::strong},
                    {spaced(name_of(platform.state)), tint_of(platform.state)},
                    {reason_of(platform)}});
  }
  if (!absent.empty()) rows.push_back({{"others", Tint::strong}, {"absent", Tint::faint}, {listed(absent)}});
  if (!unknown.empty()) rows.push_back({{"others", Tint::strong}, {"unknown", Tint::doubtful}, {listed(unknown)}});
  page.table({{}, {}, {false, true}}, rows, 2);
}

}  // namespace rigfit
