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

tl::unexpected<std::string> too_many(const ArchiveLimits& limits) {
  return tl::unexpected(fmt::format("holds more than {} files", limits.members));
}

tl::unexpected<std::string> too_large(const ArchiveLimits& limits) {
  return tl::unexpected(fmt::format("unpacks to more than {} MiB", limits.total_bytes >> 20));
}

/// `total`: bytes of the members so far.
tl::expected<void, std::string> add_parents(Archive& members, const ArchiveLimits& limits, std::size_t total) {
  std::set<std::string> implied;
  for (const auto& [path, member] : members)
    for (std::size_t slash = path.rfind('/'); slash != path.npos && slash > 0; slash = path.rfind('/', slash - 1)) {
      std::string folder = path.substr(0, slash);
      if (members.count(folder) || !implied.insert(std::move(folder)).second) break;
      if (members.size() + implied.size() > limits.members) return too_many(limits);
      if ((total += slash) > limits.total_bytes) return too_large(limits);
    }
  for (const std::string& folder : implied) members.try_emplace(folder, ArchiveMember{S_IFDIR | 0755, 0, 0, {}});
  return {};
}

std::string error_of(archive* reader) {
  const char* text = archive_error_string(reader);
  return text ? text : "unreadable";
}

/// What follows the header that was read last. Sizes of /proc and /sys files are often recorded wrongly, and a hostile
/// one lies: only what was read counts.
tl::expected<std::string, std::string> read_content(archive* reader, const ArchiveLimits& limits) {
  std::string content;
  char buffer[16384];
  for (;;) {
    const la_ssize_t got = archive_read_data(reader, buffer, sizeof buffer);
    if (got < 0) return tl::unexpected("damaged: " + error_of(reader));
    if (got == 0) return content;
    content.append(buffer, static_cast<std::size_t>(got));
    if (content.size() > limits.member_bytes)
      return tl::unexpected(fmt::format("larger than {} MiB", limits.member_bytes >> 20));
  }
}

/// Headers, padding and what has no place in the tree are bytes, too: a packed file of a few MiB may hold many GiB of
/// them.
bool is_endless(archive* reader, const ArchiveLimits& limits) {
  constexpr std::size_t around_a_member = 4096;
  return static_cast<std::size_t>(archive_filter_bytes(reader, 0)) >
         limits.total_bytes + limits.members * around_a_member;
}

tl::expected<Archive, std::string> read_members(archive* reader, const ArchiveLimits& limits) {
  Archive members;
  std::size_t total = 0;  // names and targets of links are kept as well as content
  for (;;) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader, &entry);
    if (status == ARCHIVE_EOF) break;
    if (status < ARCHIVE_WARN)
      return tl::unexpected((members.empty() ? "neither a directory nor a tar file: " : "damaged: ") +
                            error_of(reader));
    if (is_endless(reader, limits)) return too_large(limits);
    const char* name = archive_entry_pathname(entry);
    if (name && std::string_view(name).size() > limits.name_bytes)
      return tl::unexpected(fmt::format("holds a name longer than {} bytes", limits.name_bytes));
    const std::string at = clean(name ? name : "");
    if (static_cast<std::size_t>(std::count(at.begin(), at.end(), '/')) > limits.depth)
      return tl::unexpected(fmt::format("holds a path of more than {} names", limits.depth));
    auto content = read_content(reader, limits);  // also what is not kept: else the next header skips it, however long
    if (!content) return tl::unexpected(fmt::format("{}: {}", at.empty() && name ? name : at, content.error()));
    ArchiveMember member{archive_entry_mode(entry), archive_entry_uid(entry), archive_entry_gid(entry), {}};
    if (const char* same = archive_entry_hardlink(entry)) {
      if (const auto it = members.find(clean(same)); it != members.end()) member = it->second;
    } else if (S_ISLNK(member.mode)) {
      const char* target = archive_entry_symlink(entry);
      member.text = target ? target : "";
      if (member.text.size() > limits.name_bytes)
        return tl::unexpected(fmt::format("holds a link longer than {} bytes", limits.name_bytes));
    } else if (S_ISREG(member.mode)) {
      member.text = std::move(*content);
    }
    if ((total += at.size() + member.text.size()) > limits.total_bytes) return too_large(limits);
    if (at.empty()) continue;
    if (members.size() >= limits.members) return too_many(limits);
    members.insert_or_assign(at, std::move(member));
  }
  if (const auto added = add_parents(members, limits, total); !added) return tl::unexpected(added.error());
  return members;
}

}  // namespace

tl::expected<Archive, std::string> read_archive(const std::string& path, const ArchiveLimits& limits) {
  const auto fail = [&](std::string_view why) { return tl::unexpected(fmt::format("{}: {}", path, why)); };
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  if (!reader) return fail("out of memory");
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  if (archive_read_open_filename(reader.get(), path.c_str(), 65536) != ARCHIVE_OK)
    return fail("neither a directory nor a tar file: " + error_of(reader.get()));
  auto members = read_members(reader.get(), limits);
  if (!members) return fail(members.error());
  const std::string top = top_of(*members);
  Archive tree;
  tree["/"] = {S_IFDIR | 0755, 0, 0, {}};
  for (auto& [at, member] : *members)
    if (at.size() > top.size() && at.starts_with(top + "/"))
      tree.insert_or_assign(at.substr(top.size()), std::move(member));
  return tree;
}

}  // namespace rigfit
