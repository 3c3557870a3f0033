#include "collect/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <set>

namespace rigfit {
namespace {

/// "./machine/proc//cpuinfo" → "/machine/proc/cpuinfo"; empty for what would climb out.
std::string clean(std::string_view name) {
  std::string path;
  while (!name.empty()) {
    const std::size_t slash = std::min(name.find('/'), name.size());
    const std::string_view part = name.substr(0, slash);
    name.remove_prefix(std::min(slash + 1, name.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") return "";
    path += '/';
    path += part;
  }
  return path;
}

/// The folder that stands for `/`: the shortest one that holds proc, sys or etc.
std::string top_of(const Archive& members) {
  std::string best;
  bool found = false;
  for (const auto& [path, member] : members)
    for (const char* name : {"/proc", "/sys", "/etc"})
      if (path.ends_with(name) && S_ISDIR(member.mode)) {
        std::string folder = path.substr(0, path.size() - std::string_view(name).size());
        if (!found || folder.size() < best.size()) best = std::move(folder), found = true;
      }
  return best;
}

/// False when there would be too many.
bool add_parents(Archive& members, std::size_t most) {
  std::set<std::string> implied;
  for (const auto& [path, member] : members)
    for (std::size_t slash = path.rfind('/'); slash != path.npos && slash > 0; slash = path.rfind('/', slash - 1)) {
      std::string folder = path.substr(0, slash);
      if (members.count(folder) || !implied.insert(std::move(folder)).second) break;
      if (members.size() + implied.size() > most) return false;
    }
  for (const std::string& folder : implied) members.try_emplace(folder, ArchiveMember{S_IFDIR | 0755, 0, 0, {}});
  return true;
}

}  // namespace

tl::expected<Archive, std::string> read_archive(const std::string& path, const ArchiveLimits& limits) {
  const auto fail = [&](std::string why) { return tl::unexpected(fmt::format("{}: {}", path, why)); };
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  if (!reader) return fail("out of memory");
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  const auto why = [&] {
    const char* text = archive_error_string(reader.get());
    return std::string(text ? text : "unreadable");
  };
  const auto too_large = [&] { return fail(fmt::format("unpacks to more than {} MiB", limits.total_bytes >> 20)); };
  if (archive_read_open_filename(reader.get(), path.c_str(), 65536) != ARCHIVE_OK)
    return fail("neither a directory nor a tar file: " + why());

  Archive members;
  std::size_t total = 0;
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status < ARCHIVE_WARN)
      return fail(members.empty() ? "neither a directory nor a tar file: " + why() : "damaged: " + why());
    const char* name = archive_entry_pathname(entry);
    if (name && std::string_view(name).size() > limits.name_bytes)
      return fail(fmt::format("holds a name longer than {} bytes", limits.name_bytes));
    const std::string at = clean(name ? name : "");
    if (at.empty()) continue;
    if (static_cast<std::size_t>(std::count(at.begin(), at.end(), '/')) > limits.depth)
      return fail(fmt::format("holds a path of more than {} names", limits.depth));
    if (members.size() >= limits.members) return fail(fmt::format("holds more than {} files", limits.members));
    ArchiveMember member{archive_entry_mode(entry), archive_entry_uid(entry), archive_entry_gid(entry), {}};
    if (const char* same = archive_entry_hardlink(entry)) {
      if (const auto it = members.find(clean(same)); it != members.end()) member = it->second;
      if ((total += member.text.size()) > limits.total_bytes) return too_large();
    } else if (S_ISLNK(member.mode)) {
      const char* target = archive_entry_symlink(entry);
      member.text = target ? target : "";
    } else if (S_ISREG(member.mode)) {
      // Sizes of /proc and /sys files are often recorded wrongly, and a hostile one lies: only what was read counts.
      char buffer[16384];
      for (;;) {
        const la_ssize_t got = archive_read_data(reader.get(), buffer, sizeof buffer);
        if (got < 0) return fail(fmt::format("{}: damaged: {}", at, why()));
        if (got == 0) break;
        member.text.append(buffer, static_cast<std::size_t>(got));
        if (member.text.size() > limits.member_bytes)
          return fail(fmt::format("{}: larger than {} MiB", at, limits.member_bytes >> 20));
        if ((total += static_cast<std::size_t>(got)) > limits.total_bytes) return too_large();
      }
    }
    members.insert_or_assign(at, std::move(member));
  }
  if (!add_parents(members, limits.members)) return fail(fmt::format("holds more than {} files", limits.members));
  const std::string top = top_of(members);
  Archive tree;
  tree["/"] = {S_IFDIR | 0755, 0, 0, {}};
  for (auto& [at, member] : members)
    if (at.size() > top.size() && at.starts_with(top + "/"))
      tree.insert_or_assign(at.substr(top.size()), std::move(member));
  return tree;
}

}  // namespace rigfit
