#include "probes/container/cgroup.hpp"

#include <algorithm>

#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::size_t most_folders = 64;

/// Where a controller's tree is mounted, and which folder of the tree that mount shows.
struct Mount {
  std::string point, root;
  bool is_v2 = false;
};

template <class Words>
bool has(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// 29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw
// 34 29 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory
std::vector<Mount> mounts_of(std::string_view mountinfo, std::string_view controller) {
  std::vector<Mount> mounts;
  while (!mountinfo.empty()) {
    const std::string_view line = next_line(mountinfo);
    if (!contains(line, "cgroup")) continue;  // most are of other kinds, and spaces stand everywhere
    const std::size_t dash = line.find(" - ");
    if (dash == line.npos || !line.substr(dash + 3).starts_with("cgroup")) continue;
    const bool may_be_v2 = line.substr(dash + 3).starts_with("cgroup2 ");
    if (!may_be_v2 && !contains(line.substr(dash), controller)) continue;  // most are of other controllers
    const auto after = words_of(line.substr(dash + 3));
    if (after.size() < 3) continue;
    const bool is_v2 = after[0] == "cgroup2";
    if (!is_v2 && (after[0] != "cgroup" || !has(split(after[2], ','), controller))) continue;
    if (const auto before = words_of(line.substr(0, dash)); before.size() >= 5)
      mounts.push_back({std::string(before[4]), std::string(before[3]), is_v2});
  }
  return mounts;
}

// 0::/user.slice/session-1.scope
// 9:memory:/docker/abc
std::string group_of(std::string_view cgroup, std::string_view controller, bool is_v2) {
  for (const std::string_view line : lines_of(cgroup)) {
    if (!is_v2 && !contains(line, controller)) continue;
    const auto parts = split(line, ':');
    if (parts.size() < 3) continue;
    if (is_v2 ? parts[0] == "0" && parts[1].empty() : has(split(parts[1], ','), controller))
      return std::string(line.substr(static_cast<std::size_t>(parts[2].data() - line.data())));
  }
  return "";
}

}  // namespace

std::vector<CgroupFolder> cgroup_folders(const Evidence& evidence, std::string_view controller) {
  std::vector<CgroupFolder> folders;
  for (const Mount& mount : mounts_of(evidence.text("/proc/self/mountinfo"), controller)) {
    std::string group = group_of(evidence.text("/proc/self/cgroup"), controller, mount.is_v2);
    // A mount may show only a part of the tree; inside a cgroup namespace the path is relative to it already.
    if (mount.root != "/" && group.starts_with(mount.root)) group.erase(0, mount.root.size());
    if (contains(group, "..")) group.clear();
    for (;;) {
      while (group.ends_with('/')) group.pop_back();
      folders.push_back({mount.point + group, mount.is_v2});
      if (group.empty() || folders.size() > most_folders) break;
      group.resize(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
    }
  }
  return folders;
}

Truth cgroups_are_known(const Evidence& evidence) {
  Truth known = Truth::yes;
  for (const char* path : {"/proc/self/cgroup", "/proc/self/mountinfo"})
    if (const Answer& answer = evidence.file(path); (!answer.found() && !answer.absent()) || answer.truncated)
      known = Truth::unknown;
  return known;
}

}  // namespace rigfit
