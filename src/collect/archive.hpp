#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <tl/expected.hpp>

namespace rigfit {

/// One member of a tarball: content of a file, target of a link.
struct ArchiveMember {
  mode_t mode = 0;
  std::int64_t uid = 0, gid = 0;
  std::string text;
};

/// A tarball in memory, by absolute path below the folder in it that holds proc/, sys/ or etc/. Directories that the
/// tarball only implies are there too.
using Archive = std::map<std::string, ArchiveMember>;

/// Most that is taken from a stranger's tarball.
struct ArchiveLimits {
  std::size_t total_bytes = 100u << 20;  ///< contents, names and targets of links
  std::size_t member_bytes = 20u << 20;
  std::size_t members = 200'000;  ///< with the directories that others imply
  std::size_t name_bytes = 4096;  ///< as PATH_MAX, of a link's target too
  std::size_t depth = 64;         ///< names in a path
};

/// Reads a tar file, plain or packed by gzip, bzip2 or xz. Nothing is extracted. The error names the path.
tl::expected<Archive, std::string> read_archive(const std::string& path, const ArchiveLimits& limits = {});

}  // namespace rigfit
