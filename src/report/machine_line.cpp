#include <fmt/format.h>

#include <cctype>

#include "fact_names/cloud.hpp"
#include "fact_names/container.hpp"
#include "fact_names/cpu.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "fact_names/scheduler.hpp"
#include "report/answer.hpp"
#include "report/short_size.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

void remove_all(std::string& text, std::string_view piece) {
  for (std::size_t at = text.find(piece); at != text.npos; at = text.find(piece)) text.erase(at, piece.size());
}

/// "AMD Ryzen 9 7950X" of "AMD Ryzen 9 7950X 16-Core Processor", "Intel Xeon Gold 6330" of "Intel(R) Xeon(R) Gold 6330
/// CPU @ 2.00GHz".
std::string short_cpu_name(std::string name) {
  for (const std::string_view piece : {"(R)", "(r)", "(TM)", "(tm)", " Processor", " CPU"}) remove_all(name, piece);
  if (const std::size_t clock = name.find(" @"); clock != name.npos) name.resize(clock);
  if (const std::size_t cores = name.rfind("-Core"); cores != name.npos) {
    std::size_t start = cores;
    while (start > 0 && std::isdigit(static_cast<unsigned char>(name[start - 1]))) --start;
    if (start < cores && start > 0 && name[start - 1] == ' ') name.erase(start - 1, cores + 5 - start + 1);
  }
  while (name.ends_with(' ')) name.pop_back();
  return name;
}

std::string cpu_text(const HostFacts& host) {
  const std::string* model = host.get(fact::cpu::model);
  std::string name = model ? short_cpu_name(*model) : "";
  const auto* cores = host.get(fact::cpu::physical_cores);
  if (!cores) cores = host.get(fact::cpu::logical_cpus);
  if (!cores || *cores <= 0) return name.empty() ? "CPU unknown" : name;
  return fmt::format("{}-core {}", *cores, name.empty() ? "CPU" : name);
}

std::string memory_text(const HostFacts& host) {
  const auto* total = host.get(fact::memory::total_bytes);
  const auto* usable = host.get(fact::memory::usable_bytes);
  if (total && usable && short_size(*usable) != short_size(*total)) return part_of_size(*usable, *total) + " usable";
  if (usable) return short_size(*usable);
  return total ? short_size(*total) : "memory unknown";
}

std::string cloud_name(const std::string& provider) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"gcp", "Google Cloud"}, {"aws", "AWS"}, {"azure", "Azure"}, {"openstack", "OpenStack"}};
  for (const auto& [id, name] : names)
    if (provider == id) return std::string(name);
  return capital(provider);
}

}  // namespace

std::string system_text(const HostFacts& host) {
  const std::string* family = host.get(fact::os::family);
  if (family && *family == "darwin") {
    const std::string version = value_or_nothing(fact::os::macos_version, host);
    return version.empty() ? "macOS" : "macOS " + version;
  }
  std::string name = value_or_nothing(fact::os::pretty_name, host);
  if (const std::size_t bracket = name.find(" ("); bracket != name.npos && name.ends_with(')')) name.resize(bracket);
  if (!name.empty()) return name;
  return family ? system_name(*family) : "system unknown";
}

std::string machine_line(const HostFacts& host) {
  std::string line = cpu_text(host);
  const auto add = [&](const std::string& text) {
    if (!text.empty()) append_to_list(line, text);
  };
  const auto add_named = [&](AnyHostFact name, std::string_view pattern) {
    if (const std::string value = value_or_nothing(name, host); !value.empty())
      add(fmt::format(fmt::runtime(pattern), value));
  };
  add(memory_text(host));
  add(system_text(host));
  if (const std::string* arch = host.get(fact::host::arch); arch && *arch != "x86_64") add(*arch);
  add_named(fact::os::wsl, "WSL {}");
  add_named(fact::container::runtime, "{} container");
  if (const std::string* provider = host.get(fact::cloud::provider)) add("on " + cloud_name(*provider));
  add_named(fact::scheduler::kind, "{} job");
  add_named(fact::python::version, "Python {}");
  return line;
}

}  // namespace rigfit
