#include "report/builds/builds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/os.hpp"
#include "facts/platforms.hpp"
#include "judge/support/builds.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// The texts that a condition holds a fact against.
void add_wanted(const Condition& condition, std::string_view fact, std::vector<Value>& wanted) {
  if (condition.fact == fact) wanted.insert(wanted.end(), condition.wanted.begin(), condition.wanted.end());
  for (const Condition& part : condition.parts) add_wanted(part, fact, wanted);
}

std::vector<std::string> words_wanted(const Build& build, std::string_view need, std::string_view fact) {
  std::vector<Value> values;
  for (const Requirement& one : build.needs)
    if (one.name == need) add_wanted(*one.when, fact, values);
  std::vector<std::string> words;
  for (const Value& value : values) words.push_back(to_text(value));
  return words;
}

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// The oldest of the drivers that a build's conditions name with which they hold on such a system.
std::string oldest_driver(const Build& build, const std::string& system) {
  Facts facts;
  facts.host.set(fact::os::family, system, {});
  facts.host.set(fact::os::wsl, Fact::of_none("not asked"));
  Platform cuda;
  cuda.id = "cuda";
  facts.platforms.push_back(std::move(cuda));
  for (const Requirement& need : build.needs) {
    if (need.name != "driver") continue;
    std::vector<Value> values;
    add_wanted(*need.when, "cuda.driver_version", values);
    std::vector<Version> versions;
    for (const Value& value : values)
      if (const Version* version = std::get_if<Version>(&value)) versions.push_back(*version);
    std::sort(versions.begin(), versions.end(), [](const Version& a, const Version& b) { return a < b; });
    for (const Version& version : versions) {
      facts.platforms[0].facts.set(fact::cuda::driver_version, version, {});
      if (holds(*need.when, facts) == Truth::yes) return version.text();
    }
  }
  return "";
}

/// The least version that a requirement names: "glibc 2.28".
std::vector<std::string> other_needs(const Build& build) {
  constexpr std::pair<std::string_view, std::string_view> named[] = {
      {"glibc", "os.glibc_version"},   {"rocm", "rocm.version"},          {"macos", "os.macos_version"},
      {"cann", "ascend.cann_version"}, {"gaudi", "gaudi.driver_version"}, {"jetpack", "cuda.tegra_release"}};
  std::vector<std::string> needs;
  for (const Requirement& need : build.needs)
    for (const auto& [name, fact] : named) {
      if (need.name != name) continue;
      std::vector<Value> values;
      add_wanted(*need.when, fact, values);
      if (!values.empty()) needs.push_back(fmt::format("{} {}", name, to_text(values.front())));
    }
  return needs;
}

/// "12.0" for "sm_120"; gfx targets as they are.
std::string target_of(const std::string& architecture) {
  if (!architecture.starts_with("sm_") || architecture.size() < 5) return architecture;
  return architecture.substr(3, architecture.size() - 4) + "." + architecture.back();
}

/// So that newer targets are larger: 7.5 < 10.0, gfx90a < gfx942 < gfx1030.
std::pair<long, std::string> order_of_target(const std::string& target) {
  const std::size_t start = target.find_first_of("0123456789");
  if (start == target.npos) return {0, target};
  const bool is_gfx = target.starts_with("gfx") && target.size() > 5;
  const std::string major =
      is_gfx ? target.substr(3, target.size() - 5) : target.substr(start, target.find('.') - start);
  return {std::strtol(major.c_str(), nullptr, 10), target};
}

std::vector<Generation> generations_of(const std::string& platform, const DeviceTable& devices) {
  std::map<std::string, std::set<std::string>> targets;
  for (const DeviceModel& row : devices.rows())
    // NVIDIA's systems on a chip have builds of their own, and targets that no card has.
    if (row.platform == platform && row.kind == "gpu" && row.bus == "pci" && !row.generation.empty() &&
        !row.architecture.empty() && !(platform == "cuda" && row.integrated.value_or(false)))
      targets[row.generation].insert(target_of(row.architecture));
  std::vector<Generation> generations;
  for (const auto& [name, all] : targets) {
    Generation one{name, {all.begin(), all.end()}};
    std::sort(one.targets.begin(), one.targets.end(),
              [](const auto& a, const auto& b) { return order_of_target(a) < order_of_target(b); });
    generations.push_back(std::move(one));
  }
  std::sort(generations.begin(), generations.end(), [](const Generation& a, const Generation& b) {
    return order_of_target(a.targets.front()) < order_of_target(b.targets.front());
  });
  return generations;
}

Device device_of(const std::string& platform, const std::string& target) {
  Device device;
  device.facts.set(fact::device::kind, std::string("gpu"), {});
  if (const auto capability = Version::parse(target); platform == "cuda" && capability)
    device.facts.set(fact::device::compute_capability, *capability, {});
  else
    device.facts.set(fact::device::architecture, target, {});
  return device;
}

GenerationFit fit_of(const Build& build, const Generation& generation, const Facts& facts) {
  std::size_t yes = 0, no = 0;
  for (const std::string& target : generation.targets) {
    const Truth code = has_code(build, device_of(build.platform, target), facts);
    yes += code == Truth::yes ? 1 : 0;
    no += code == Truth::no ? 1 : 0;
  }
  if (yes == generation.targets.size()) return GenerationFit::yes;
  if (no == generation.targets.size()) return GenerationFit::no;
  return yes > 0 ? GenerationFit::some : GenerationFit::unknown;
}

bool has_devices(const Analysis& analysis, const std::string& platform) {
  const Platform* here = analysis.facts.platform(platform);
  return here && (platform == "cpu" || !here->devices.empty());
}

Here here_of(const Build& build, const Analysis& analysis) {
  if (!has_devices(analysis, build.platform)) return Here::not_asked;
  if (analysis.recommendation)
    for (const Candidate& candidate : analysis.recommendation->candidates)
      for (const Resolution& resolution : candidate.support.resolutions) {
        if (resolution.chosen == &build) return Here::installs;
        if (resolution.after == &build) return Here::after_fix;
      }
  Truth runs = Truth::yes;
  for (const Requirement& need : build.needs) runs = runs & holds(*need.when, analysis.facts);
  const Platform& platform = *analysis.facts.platform(build.platform);
  Truth code = build.platform == "cpu" ? Truth::yes : Truth::no;
  for (const Device& device : platform.devices)
    if (build.platform != "cpu") code = code | has_code(build, device, analysis.facts);
  runs = runs & code;
  return runs == Truth::yes ? Here::runs : runs == Truth::no ? Here::no : Here::unknown;
}

std::vector<std::string> platforms_wanted(const Analysis& analysis, const BuildsWanted& wanted) {
  if (!wanted.platforms.empty()) return wanted.platforms;
  std::vector<std::string> ids;
  for (const PlatformInfo& info : platforms())
    if (info.is_accelerator && (wanted.every_system || has_devices(analysis, std::string(info.id))))
      ids.emplace_back(info.id);
  if (ids.empty()) ids = {"cuda", "rocm"};
  if (wanted.every_system) ids.emplace_back("cpu");
  return ids;
}

/// Generations in a row that a build serves alike: "Turing to Rubin", "part of Maxwell and Pascal", "Kepler (?)".
std::string run_text(const BuildTable& table, std::size_t first, std::size_t last, GenerationFit fit) {
  std::string names = table.generations[first].name;
  if (last > first)
    names += (last > first + 1 ? " to " : fit == GenerationFit::yes ? ", " : " and ") + table.generations[last].name;
  return fmt::format("{}{}{}", fit == GenerationFit::some ? "part of " : "", names,
                     fit == GenerationFit::unknown ? " (?)" : "");
}

}  // namespace

std::string_view name_of(GenerationFit fit) {
  constexpr std::string_view names[] = {"yes", "some", "no", "unknown"};
  return names[static_cast<std::size_t>(fit)];
}

std::string_view name_of(Here here) {
  constexpr std::string_view names[] = {"installs", "after_fix", "runs", "no", "unknown", "not_asked"};
  return names[static_cast<std::size_t>(here)];
}

BuildsReport builds_of(const Analysis& analysis, const BuildsWanted& wanted) {
  BuildsReport report{analysis, {}, "", ""};
  const std::string *family = analysis.facts.host.get(fact::os::family),
                    *arch = analysis.facts.host.get(fact::host::arch);
  if (family && !wanted.every_system) report.system = *family;
  if (arch && !wanted.every_system) report.processor = *arch;
  const std::vector<std::string> ids = platforms_wanted(analysis, wanted);
  for (const FrameworkRule& framework : analysis.rules->frameworks) {
    if (wanted.frameworks.empty() ? framework.role != "framework" : !contains(wanted.frameworks, framework.id))
      continue;
    for (const std::string& id : ids) {
      BuildTable table{&framework, id, generations_of(id, analysis.rules->devices), {}};
      for (const Build& build : framework.builds) {
        if (build.platform != id) continue;
        MatrixRow row{&build, words_wanted(build, "os", "os.family"), words_wanted(build, "arch", "host.arch"), "", {},
                      {}};
        const auto is_for = [](const std::vector<std::string>& list, const std::string& one) {
          return one.empty() || list.empty() || contains(list, one);
        };
        if (!is_for(row.systems, report.system) || !is_for(row.processors, report.processor)) continue;
        row.driver = oldest_driver(build, row.systems.empty() ? "linux" : row.systems.front());
        row.needs = other_needs(build);
        for (const Generation& generation : table.generations)
          row.generations.push_back(fit_of(build, generation, analysis.facts));
        row.here = here_of(build, analysis);
        table.rows.push_back(std::move(row));
      }
      if (!table.rows.empty()) report.tables.push_back(std::move(table));
    }
  }
  return report;
}

std::string generations_text(const BuildTable& table, const MatrixRow& row) {
  std::string text;
  for (std::size_t n = 0; n < row.generations.size();) {
    const GenerationFit fit = row.generations[n];
    std::size_t last = n;
    while (last + 1 < row.generations.size() && row.generations[last + 1] == fit) ++last;
    if (fit != GenerationFit::no) append_to_list(text, run_text(table, n, last, fit));
    n = last + 1;
  }
  return text;
}

}  // namespace rigfit
