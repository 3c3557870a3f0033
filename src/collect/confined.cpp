#include "collect/confined.hpp"

#include <fcntl.h>
#include <unistd.h>
#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

#include <algorithm>
#include <cerrno>
#include <utility>

namespace rigfit {
namespace {

#ifdef O_PATH
constexpr int only_to_pass = O_PATH;
#elif defined(O_SEARCH)
constexpr int only_to_pass = O_SEARCH;
#else
constexpr int only_to_pass = O_RDONLY;
#endif

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ < 0) return;
  const int error = errno;  // the caller may still want it
  ::close(fd_);
  errno = error;
}

Descriptor open_top(const std::string& folder) {
  return Descriptor(::open(folder.c_str(), only_to_pass | O_DIRECTORY | O_CLOEXEC));
}

Descriptor open_below_step_by_step(int root, std::string_view path, int flags) {
  int at = ::openat(root, ".", only_to_pass | O_DIRECTORY | O_CLOEXEC);
  while (at >= 0) {
    const Descriptor folder(at);
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    const std::string name(path.substr(0, path.find('/')));
    path.remove_prefix(name.size());
    const bool is_last = path.find_first_not_of('/') == path.npos;
    if (name == "..") {
      errno = EXDEV;
      return Descriptor();
    }
    const int how = is_last ? flags : only_to_pass | O_DIRECTORY;
    at = ::openat(folder.get(), name.empty() ? "." : name.c_str(), how | O_NOFOLLOW | O_CLOEXEC);
    if (is_last) return Descriptor(at);
  }
  return Descriptor();
}

Descriptor open_below(int root, std::string_view path, int flags) {
#ifdef RESOLVE_BENEATH
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_NOFOLLOW | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const std::string below = "." + std::string(path);
  const long fd = ::syscall(SYS_openat2, root, below.c_str(), &how, sizeof how);
  // Filters of system calls from before it answer EPERM; EAGAIN: something was renamed meanwhile.
  if (fd >= 0 || (errno != ENOSYS && errno != EPERM && errno != EAGAIN)) return Descriptor(static_cast<int>(fd));
#endif
  return open_below_step_by_step(root, path, flags);
}

}  // namespace rigfit
