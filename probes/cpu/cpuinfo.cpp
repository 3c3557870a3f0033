#include <algorithm>
#include <map>
#include <set>

#include "probes/cpu/cpu.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {

// processor	: 0                       (s390x: "processor 0: version = 00, …"; sparc and alpha: "ncpus active : 2",
// "CPUs : 1") vendor_id	: GenuineIntel model name	: Intel(R) Core(TM) … flags		: fpu vme … avx2
// (arm: Features, riscv: isa)
CpuInfo parse_cpuinfo(std::string_view text) {
  CpuInfo info;
  std::optional<std::set<std::string>> features;
  std::set<std::string> parts;
  std::set<std::int64_t> packages;
  std::set<std::pair<std::int64_t, std::int64_t>> cores;
  std::map<std::int64_t, std::int64_t> cores_per_package;
  std::int64_t processors = 0, package = -1;
  std::optional<std::int64_t> stated;
  std::string family;
  for (const std::string_view line : lines_of(text)) {
    const auto pair = key_value(line);
    if (!pair) continue;
    const auto& [key, value] = *pair;
    if (key == "processor" || (key.starts_with("processor ") && contains(value, "version"))) ++processors, package = -1;
    if (key == "# processors" || key == "ncpus active" || key == "cpus active" || (key == "cpus detected" && !stated))
      stated = whole_number(value);
    if ((key == "vendor_id" || key == "vendor") && info.vendor.empty()) info.vendor = value;
    if ((key == "model name" || key == "Model Name" || key == "cpu model" || key == "cpu") && info.model.empty())
      info.model = value;
    if ((key == "Processor" || key == "uarch") && info.model.empty()) info.model = value;
    if (key == "family" && !whole_number(value)) family = value;
    if (key == "CPU implementer" && info.implementer.empty()) info.implementer = value;
    if (key == "CPU part") parts.insert(std::string(value));
    if (key == "isa" && info.architecture_line.empty()) info.architecture_line = value;
    if (key == "flags" || key == "Features" || key == "features") {
      std::set<std::string> own;
      for (const std::string_view word : words_of(value)) own.insert(std::string(word));
      // What only some of the cores can do a program cannot rely on.
      if (!features) {
        features = own;
      } else if (*features != own) {
        std::set<std::string> both;
        std::set_intersection(features->begin(), features->end(), own.begin(), own.end(),
                              std::inserter(both, both.end()));
        features = std::move(both);
      }
    }
    if (key == "physical id" || key == "package") {  // LoongArch says package and core
      package = whole_number(value).value_or(-1);
      if (package >= 0) packages.insert(package);
    }
    if ((key == "core id" || key == "core") && package >= 0) cores.emplace(package, whole_number(value).value_or(-1));
    if (key == "cpu cores" && package >= 0 && whole_number(value)) cores_per_package[package] = *whole_number(value);
  }
  if (features && features->count("hypervisor")) info.hypervisor = true;
  if (features) info.features.assign(features->begin(), features->end());
  info.parts.assign(parts.begin(), parts.end());
  if (info.model.empty()) info.model = family;
  // Old Arm kernels print no number for the only processor there is.
  if (processors == 0 && !stated && !info.model.empty()) processors = 1;
  if (stated)
    info.logical = stated;
  else if (processors > 0)
    info.logical = processors;
  if (!packages.empty()) info.sockets = static_cast<std::int64_t>(packages.size());
  // Only where the two ways of counting agree: a file cut after its first processors lists fewer cores than it states.
  std::int64_t total = 0;
  for (const auto& [id, count] : cores_per_package) total += count;
  if (total > 0 && total == static_cast<std::int64_t>(cores.size())) info.physical = total;
  return info;
}

std::vector<std::pair<std::string_view, std::string_view>> parse_sysctl(std::string_view text) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  for (const std::string_view line : lines_of(text)) {
    auto pair = key_value(line);
    if (!pair || pair->first.find(' ') != pair->first.npos) pair = key_value(line, '=');
    if (pair && contains(pair->first, ".")) pairs.push_back(*pair);
  }
  return pairs;
}

}  // namespace rigfit
