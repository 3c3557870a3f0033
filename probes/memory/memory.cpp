#include "probes/memory/memory.hpp"

#include <algorithm>
#include <optional>

#include "probes/cpu/cpu.hpp"
#include "probes/text/text.hpp"

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

const Requests looks_at{file("/proc/meminfo", 65536), file("/proc/self/cgroup", 65536),
                        file("/proc/self/mountinfo", 1u << 20)};

/// Where a controller's tree is mounted, and which folder of the tree that mount shows.
struct Mount {
  std::string point, root;
  bool is_v2 = false;
};

// 29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw
// 34 29 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory
std::vector<Mount> memory_mounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  for (const std::string_view line : lines_of(mountinfo)) {
    const std::size_t dash = line.find(" - ");
    if (dash == line.npos) continue;
    const auto before = words_of(line.substr(0, dash)), after = words_of(line.substr(dash + 3));
    if (before.size() < 5 || after.size() < 3) continue;
    const auto options = split(after[2], ',');
    const bool is_v2 = after[0] == "cgroup2";
    if (is_v2 || (after[0] == "cgroup" && std::find(options.begin(), options.end(), "memory") != options.end()))
      mounts.push_back({std::string(before[4]), std::string(before[3]), is_v2});
  }
  return mounts;
}

// 0::/user.slice/session-1.scope
// 9:memory:/docker/abc
std::string group_of(std::string_view cgroup, bool is_v2) {
  for (const std::string_view line : lines_of(cgroup)) {
    const auto parts = split(line, ':');
    if (parts.size() < 3) continue;
    const auto controllers = split(parts[1], ',');
    if (is_v2 ? parts[0] == "0" && parts[1].empty()
              : std::find(controllers.begin(), controllers.end(), "memory") != controllers.end())
      return std::string(line.substr(static_cast<std::size_t>(parts[2].data() - line.data())));
  }
  return "";
}

/// The files that may hold a limit: this group's and all its ancestors', as far as the mount shows them.
std::vector<std::string> limit_files(const Evidence& evidence) {
  std::vector<std::string> files;
  for (const Mount& mount : memory_mounts(evidence.text("/proc/self/mountinfo"))) {
    std::string group = group_of(evidence.text("/proc/self/cgroup"), mount.is_v2);
    // A mount may show only a part of the tree; inside a cgroup namespace the path is relative to it already.
    if (mount.root != "/" && group.starts_with(mount.root)) group.erase(0, mount.root.size());
    if (contains(group, "..")) group.clear();
    for (;;) {
      while (group.ends_with('/')) group.pop_back();
      files.push_back(mount.point + group + (mount.is_v2 ? "/memory.max" : "/memory.limit_in_bytes"));
      if (group.empty() || files.size() > 64) break;
      group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
    }
  }
  return files;
}

Requests next(const Evidence& evidence, const DeviceTable&) {
  Requests requests;
  for (std::string& path : limit_files(evidence)) requests.push_back(file(std::move(path), 64));
  return requests;
}

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  std::optional<std::int64_t> total, available;
  std::vector<std::string> source{"file:/proc/meminfo"};
  if (evidence.os == "darwin") {
    source.clear();
    for (const auto& [line, answer] : evidence.commands("sysctl"))
      if (const auto bare = whole_number(trimmed(answer->text)); bare && line.ends_with("hw.memsize"))
        total = bare, source = {"command:" + std::string(line)};
    for (const auto& [line, answer] : evidence.commands("sysctl"))
      for (const auto& [key, value] : parse_sysctl(answer->text))
        if (key == "hw.memsize" && !total) total = whole_number(value), source = {"command:" + std::string(line)};
  } else {
    const auto sizes = parse_meminfo(evidence.text("/proc/meminfo"));
    if (const auto it = sizes.find("MemTotal"); it != sizes.end()) total = it->second;
    if (const auto it = sizes.find("MemAvailable"); it != sizes.end()) available = it->second;
  }
  if (total)
    facts.host.set("memory.total_bytes", *total, source);
  else
    facts.host.set("memory.total_bytes", Fact::unknown("not told", source));
  if (available) facts.host.set("memory.available_bytes", *available, source);

  std::optional<std::int64_t> usable = total;
  std::string limited_by;
  std::string unread;
  for (const std::string& path : limit_files(evidence)) {
    const Answer& answer = evidence.file(path);
    if (!answer.found() && !answer.absent()) unread = path;  // the root group has no such file, which is fine
    const auto limit = whole_number(trimmed(answer.text));   // "max" is no number
    if (answer.found() && limit && *limit > 0 && (!usable || *limit < *usable)) usable = limit, limited_by = path;
  }
  if (!unread.empty()) {
    facts.host.set("memory.usable_bytes",
                   Fact::unknown("the limit in " + unread + " could not be read", {key_of(Kind::file, unread)}));
  } else if (usable) {
    facts.host.set("memory.usable_bytes", *usable,
                   limited_by.empty() ? source : std::vector<std::string>{key_of(Kind::file, limited_by)});
    facts.host.set("memory.limited_by", limited_by.empty() ? Fact::of_none("no limit below what there is")
                                                           : Fact::of(limited_by, {key_of(Kind::file, limited_by)}));
  } else {
    facts.host.set("memory.usable_bytes", Fact::unknown("not told", source));
  }
  return facts;
}

}  // namespace

const Probe memory_probe{"memory", looks_at, next, read};

}  // namespace rigfit
