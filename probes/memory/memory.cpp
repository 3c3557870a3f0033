#include "probes/memory/memory.hpp"

#include <algorithm>
#include <vector>

#include "fact_names/limits.hpp"
#include "fact_names/memory.hpp"
#include "probes/container/cgroup.hpp"
#include "probes/cpu/cpu.hpp"
#include "probes/memory/limits.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {

// MemTotal:       16384000 kB   (kB is KiB)
std::map<std::string, std::int64_t, std::less<>> parse_meminfo(std::string_view text) {
  std::map<std::string, std::int64_t, std::less<>> sizes;
  for (const std::string_view line : lines_of(text))
    if (const auto pair = key_value(line))
      if (const auto bytes = size_bytes(pair->second)) sizes.emplace(pair->first, *bytes);
  return sizes;
}

namespace {

constexpr const char* mountinfo = "/proc/self/mountinfo";

const Requests looks_at{file("/proc/meminfo", 65536), file("/proc/self/cgroup", 65536), file(mountinfo, 1u << 20),
                        file("/proc/self/limits", 4096), env("SLURM_JOB_ID")};

Requests next(const Evidence& evidence, const DeviceTable&) { return memory_limit_requests(evidence); }

struct Total {
  std::optional<std::int64_t> bytes, available, huge_pages;
  std::vector<std::string> source{"file:/proc/meminfo"};
};

Total read_linux(const Evidence& evidence) {
  Total total;
  const auto sizes = parse_meminfo(evidence.text("/proc/meminfo"));
  const auto at = [&](const char* name) -> std::optional<std::int64_t> {
    const auto it = sizes.find(name);
    return it == sizes.end() ? std::nullopt : std::optional(it->second);
  };
  total.bytes = at("MemTotal");
  total.available = at("MemAvailable");
  // Pages set aside for those who ask for huge ones; nobody else can have them.
  total.huge_pages = at("Hugetlb");
  if (const auto count = at("HugePages_Total"), size = at("Hugepagesize"); !total.huge_pages && count && size)
    if (*count == 0 || *size <= (std::int64_t{1} << 60) / *count) total.huge_pages = *count * *size;
  return total;
}

Total read_darwin(const Evidence& evidence) {
  Total total;
  total.source.clear();
  for (const auto& [line, answer] : evidence.commands("sysctl"))
    if (const auto bare = whole_number(trimmed(answer->text)); bare && line.ends_with("hw.memsize"))
      total.bytes = bare, total.source = {"command:" + std::string(line)};
  for (const auto& [line, answer] : evidence.commands("sysctl"))
    for (const auto& [key, value] : parse_sysctl(answer->text))
      if (key == "hw.memsize" && !total.bytes)
        total.bytes = whole_number(value), total.source = {"command:" + std::string(line)};
  return total;
}

void set_usable(const Evidence& evidence, const Total& total, HostFacts& host) {
  std::vector<MemoryLimit> limits = memory_limits(evidence);
  if (total.bytes && total.huge_pages && *total.huge_pages > 0 && *total.huge_pages < *total.bytes)
    limits.push_back({*total.bytes - *total.huge_pages, "huge pages that are set aside", {"file:/proc/meminfo"}});
  const std::string unread = unread_limit(evidence);
  if (!unread.empty() || !total.bytes) {
    host.set(fact::memory::usable_bytes, Fact::unknown(unread.empty() ? "not reported" : unread, total.source));
    return;
  }
  limits.push_back({*total.bytes, "", total.source});
  const MemoryLimit& least = *std::min_element(limits.begin(), limits.end(), [](const auto& a, const auto& b) {
    return a.bytes != b.bytes ? a.bytes < b.bytes : a.name.empty() > b.name.empty();
  });
  host.set(fact::memory::usable_bytes, least.bytes, least.sources);
  if (least.name.empty()) {
    host.set(fact::memory::limited_by, Fact::of_none("no limit below what there is"));
    host.set(fact::memory::usable_because,
             std::string("all there is: no control group, batch job or process limit is below it"), least.sources);
    return;
  }
  host.set(fact::memory::limited_by, least.name, least.sources);
  host.set(fact::memory::usable_because, least.name + " allows less than there is", least.sources);
}

void set_process_limits(const Evidence& evidence, HostFacts& host) {
  const std::string_view limits = evidence.text("/proc/self/limits");
  const std::vector<std::string> source{"file:/proc/self/limits"};
  if (limits.empty()) return;
  for (const auto& [name, fact] : {std::pair{"Max address space", fact::limits::address_space_bytes},
                                   {"Max locked memory", fact::limits::locked_memory_bytes},
                                   {"Max open files", fact::limits::open_files}}) {
    if (!contains(limits, name)) continue;
    const auto limit = parse_limit(limits, name);
    host.set(fact, limit ? Fact::of(*limit, source) : Fact::of_none("unlimited", source));
  }
}

void set_shm(const Evidence& evidence, std::optional<std::int64_t> total, HostFacts& host) {
  const std::string key = key_of(Kind::file, mountinfo);
  const std::string_view mounts = evidence.text(mountinfo);
  if (!contains(mounts, " /dev/shm ")) {
    const Answer& answer = evidence.file(mountinfo);
    if (answer.found() && !answer.truncated)
      host.set(fact::memory::shm_bytes, Fact::of_none("nothing is mounted at /dev/shm", {key}));
    return;
  }
  if (const auto bytes = parse_shm_size(mounts, total))
    host.set(fact::memory::shm_bytes, *bytes, {key});
  else if (total)
    host.set(fact::memory::shm_bytes, *total / 2, {key, "file:/proc/meminfo"});
}

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  const bool is_darwin = evidence.os == "darwin";
  const Total total = is_darwin ? read_darwin(evidence) : read_linux(evidence);
  facts.host.set(fact::memory::total_bytes,
                 total.bytes ? Fact::of(*total.bytes, total.source) : Fact::unknown("not reported", total.source));
  if (total.available) facts.host.set(fact::memory::available_bytes, *total.available, total.source);
  if (total.huge_pages) facts.host.set(fact::memory::huge_pages_bytes, *total.huge_pages, total.source);
  set_usable(evidence, total, facts.host);
  if (is_darwin) return facts;
  set_process_limits(evidence, facts.host);
  set_shm(evidence, total.bytes, facts.host);
  return facts;
}

}  // namespace

const Probe memory_probe{"memory", looks_at, next, read};

}  // namespace rigfit
