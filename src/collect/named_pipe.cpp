#include "collect/named_pipe.hpp"

#include <sys/stat.h>

#include <climits>
#include <cstdlib>

namespace rigfit {

bool is_named_pipe(const std::string& path) {
  struct stat info {};
  char resolved[PATH_MAX];
  // /dev/fd/63 leads to "pipe:[4711]", which is no path.
  return ::stat(path.c_str(), &info) == 0 && S_ISFIFO(info.st_mode) && ::realpath(path.c_str(), resolved);
}

}  // namespace rigfit
