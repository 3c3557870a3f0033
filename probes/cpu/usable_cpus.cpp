#include "probes/cpu/usable_cpus.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "fact_names/cpu.hpp"
#include "probes/container/cgroup.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr const char *status_file = "/proc/self/status", *allowed_key = "Cpus_allowed_list";

/// CPU time that one group is granted, in CPUs.
struct Quota {
  double cpus = 0;
  std::string path;
};

struct Quotas {
  std::optional<Quota> least;  ///< empty: none is set
  std::string unread;          ///< a file that could not be read; empty: all were
};

// cpu.max: "150000 100000" (quota and period, µs) or "max 100000"
// cpu.cfs_quota_us: "150000" or "-1"; cpu.cfs_period_us: "100000"
Quotas read_quotas(const Evidence& evidence) {
  Quotas quotas;
  for (const CgroupFolder& folder : cgroup_folders(evidence, "cpu")) {
    const std::string path = folder.path + (folder.is_v2 ? "/cpu.max" : "/cpu.cfs_quota_us"),
                      period_path = folder.path + "/cpu.cfs_period_us";
    const Answer& answer = evidence.file(path);
    if ((!answer.found() && !answer.absent()) || answer.truncated) quotas.unread = path;
    const auto words = words_of(answer.text);
    const auto word = [&](std::size_t n) { return n < words.size() ? words[n] : std::string_view{}; };
    const auto quota = whole_number(word(0));
    const auto period = whole_number(folder.is_v2 ? word(1) : trimmed(evidence.text(period_path)));
    if (!quota || *quota <= 0) continue;
    if (!period || *period <= 0) {
      quotas.unread = folder.is_v2 ? path : period_path;
      continue;
    }
    const double cpus = static_cast<double>(*quota) / static_cast<double>(*period);
    if (!quotas.least || cpus < quotas.least->cpus) quotas.least = Quota{cpus, path};
  }
  return quotas;
}

// Cpus_allowed_list:	0-3,8
std::string_view allowed_list(std::string_view status) {
  for (const std::string_view line : lines_of(status))
    if (const auto pair = key_value(line); pair && pair->first == allowed_key) return pair->second;
  return {};
}

void set_result(double cpus, std::string because, const std::vector<std::string>& sources, HostFacts& host) {
  host.set(fact::cpu::usable_cpus, cpus, sources);
  host.set(fact::cpu::usable_because, std::move(because), sources);
  host.set(fact::cpu::threads_advised, std::max<std::int64_t>(1, static_cast<std::int64_t>(std::floor(cpus))), sources);
}

}  // namespace

Request allowed_cpus_request() { return file_keeping(status_file, {allowed_key}, '\n', 8192); }

Requests usable_cpus_requests(const Evidence& evidence) {
  Requests requests;
  for (const CgroupFolder& folder : cgroup_folders(evidence, "cpu")) {
    if (folder.is_v2) {
      requests.push_back(file(folder.path + "/cpu.max", 64));
      continue;
    }
    requests.push_back(file(folder.path + "/cpu.cfs_quota_us", 64));
    requests.push_back(file(folder.path + "/cpu.cfs_period_us", 64));
  }
  return requests;
}

void set_usable_cpus(const Evidence& evidence, HostFacts& host) {
  const std::vector<std::string> status_source{key_of(Kind::file, status_file)};
  const std::string_view list = allowed_list(evidence.text(status_file));
  std::optional<std::int64_t> allowed;
  if (!evidence.file(status_file).truncated) allowed = count_of_ranges(list);
  if (allowed) {
    host.set(fact::cpu::allowed, std::string(list), status_source);
    host.set(fact::cpu::allowed_cpus, *allowed, status_source);
  }
  const Quotas quotas = read_quotas(evidence);
  const std::vector<std::string> quota_source =
      quotas.least ? std::vector<std::string>{key_of(Kind::file, quotas.least->path)} : std::vector<std::string>{};
  const bool is_known = cgroups_are_known(evidence) == Truth::yes && quotas.unread.empty();
  if (!is_known)
    host.set(fact::cpu::quota_cpus, Fact::unknown(quotas.unread.empty() ? "the control groups were not recorded"
                                                                        : quotas.unread + " could not be read"));
  else
    host.set(fact::cpu::quota_cpus, quotas.least ? Fact::of(quotas.least->cpus, quota_source)
                                                 : Fact::of_none("no control group limits the CPU's time"));
  if (!allowed || !is_known) {
    host.set(fact::cpu::usable_cpus, Fact::unknown("which CPUs are allowed, or their time, was not recorded"));
    return;
  }
  const std::int64_t* online = host.get(fact::cpu::logical_cpus);
  const double in_sight = static_cast<double>(*allowed);
  host.set(fact::cpu::oversubscribed, quotas.least && quotas.least->cpus < in_sight, quota_source);
  if (quotas.least && quotas.least->cpus < in_sight)
    set_result(quotas.least->cpus, quotas.least->path + " grants no more time", quota_source, host);
  else if (online && *allowed < *online)
    set_result(in_sight, "only these CPUs are allowed: " + std::string(list), status_source, host);
  else
    set_result(in_sight, "all that are online", status_source, host);
}

}  // namespace rigfit
