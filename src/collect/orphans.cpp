#include "collect/orphans.hpp"

#ifdef __linux__
#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <string>
#include <string_view>
#include <system_error>

namespace rigfit {
namespace {

/// Costs one system call; nearly always there is none.
bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/// The parent of a process, 0 where that is not known. "4711 (a name) S 1 ...":
/// https://docs.kernel.org/filesystems/proc.html
pid_t parent_of(const char* pid) {
  const int fd = ::open((std::string("/proc/") + pid + "/stat").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char buffer[512];
  const ssize_t got = ::read(fd, buffer, sizeof buffer);
  ::close(fd);
  const std::string_view text(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::size_t name_end = text.rfind(") ");  // the name may hold brackets
  pid_t parent = 0;
  if (name_end != text.npos && name_end + 4 < text.size())
    std::from_chars(text.data() + name_end + 4, text.data() + text.size(), parent);
  return parent;
}

std::vector<pid_t> children_of_this_process() {
  std::vector<pid_t> children;
  DIR* folder = has_children() ? ::opendir("/proc") : nullptr;
  if (!folder) return children;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name = entry->d_name;
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size() && parent_of(entry->d_name) == ::getpid())
      children.push_back(pid);
  }
  ::closedir(folder);
  return children;
}

bool holds(const std::vector<pid_t>& pids, pid_t pid) { return std::find(pids.begin(), pids.end(), pid) != pids.end(); }

}  // namespace

Orphans::Orphans() : before_(children_of_this_process()) {
  ::prctl(PR_GET_CHILD_SUBREAPER, &was_subreaper_);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

Orphans::~Orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, was_subreaper_); }

void Orphans::end_all(const std::vector<pid_t>& spared, double seconds) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(std::min(seconds, 1e6)));
  for (;;) {
    bool is_any = false;
    for (const pid_t pid : children_of_this_process()) {
      if (holds(before_, pid) || holds(spared, pid)) continue;
      is_any = true;
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, WNOHANG);
    }
    if (!is_any || Clock::now() >= deadline) return;
    ::usleep(2000);
  }
}

}  // namespace rigfit
#else
namespace rigfit {

Orphans::Orphans() = default;
Orphans::~Orphans() = default;
void Orphans::end_all(const std::vector<pid_t>&, double) {}

}  // namespace rigfit
#endif
