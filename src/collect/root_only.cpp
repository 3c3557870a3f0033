#include "collect/root_only.hpp"

#include <sys/stat.h>

#include <climits>
#include <cstdlib>

namespace rigfit {
namespace {

bool is_guarded(const std::string& path, bool is_on_the_way) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || info.st_uid != 0) return false;
  if (is_on_the_way && (info.st_mode & S_ISVTX) != 0) return true;
  return (info.st_mode & S_IWOTH) == 0 && ((info.st_mode & S_IWGRP) == 0 || info.st_gid == 0);
}

}  // namespace

bool only_root_may_change(const std::string& path) {
  char resolved[PATH_MAX];
  if (!::realpath(path.c_str(), resolved)) return false;
  std::string at = resolved;
  if (!is_guarded(at, false)) return false;
  while (at.size() > 1) {
    const std::size_t slash = at.rfind('/');
    at.resize(slash == 0 ? 1 : slash);
    if (!is_guarded(at, true)) return false;
  }
  return true;
}

}  // namespace rigfit
