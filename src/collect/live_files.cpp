#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "collect/confined.hpp"
#include "collect/files.hpp"
#include "evidence/link_answer.hpp"

namespace rigfit {

Answer ended(Outcome outcome, std::string why) {
  Answer answer;
  answer.outcome = outcome;
  answer.why = std::move(why);
  return answer;
}

Answer answer_of_errno(int error) {
  const Outcome outcome = error == ENOENT || error == ENOTDIR || error == ENXIO ? Outcome::absent
                          : error == EACCES || error == EPERM                   ? Outcome::denied
                                                                                : Outcome::failed;
  return ended(outcome, outcome == Outcome::absent ? "" : std::generic_category().message(error));
}

Answer content_of(int descriptor, std::size_t cap) {
  struct stat info {};
  if (::fstat(descriptor, &info) != 0) return answer_of_errno(errno);
  if (!S_ISREG(info.st_mode)) return ended(Outcome::failed, "not a regular file");
  Answer answer = ended(Outcome::found, "");
  // The sizes of /proc and /sys are no sizes: read to the end or the cap, whichever comes first.
  char buffer[16384];
  for (;;) {
    const ssize_t got = ::read(descriptor, buffer, std::min(sizeof buffer, cap + 1 - answer.text.size()));
    if (got < 0) {
      if (errno == EINTR) continue;
      Answer failed = answer_of_errno(errno);
      if (failed.outcome == Outcome::absent) failed = ended(Outcome::failed, std::generic_category().message(errno));
      return failed;
    }
    if (got == 0) return answer;
    answer.text.append(buffer, static_cast<std::size_t>(got));
    if (answer.text.size() > cap) {
      answer.text.resize(cap);
      answer.truncated = true;
      return answer;
    }
  }
}

namespace {

Answer names_in(DIR* folder) {
  if (!folder) return answer_of_errno(errno);
  constexpr std::size_t usual_names = 16;
  Answer answer = ended(Outcome::found, "");
  answer.names.reserve(usual_names);
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (answer.names.size() == most_names) {
      answer.truncated = true;
      break;
    }
    answer.names.emplace_back(name);
  }
  ::closedir(folder);
  std::sort(answer.names.begin(), answer.names.end());
  return answer;
}

}  // namespace

Answer names_of(int descriptor) {
  const int kept = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);  // closedir() closes what fdopendir() was given
  DIR* folder = kept < 0 ? nullptr : ::fdopendir(kept);
  if (!folder && kept >= 0) ::close(kept);
  return names_in(folder);
}

namespace {

std::string errno_name(int error) {
  switch (error) {
    case EPERM:
      return "EPERM";
    case EACCES:
      return "EACCES";
    case ENOENT:
      return "ENOENT";
    case ENXIO:
      return "ENXIO";
    case ENODEV:
      return "ENODEV";
    case EIO:
      return "EIO";
    case EBUSY:
      return "EBUSY";
    default:
      return "errno " + std::to_string(error);
  }
}

std::string kind_of(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISCHR(mode)) return "char";
  if (S_ISBLK(mode)) return "block";
  if (S_ISFIFO(mode)) return "fifo";
  if (S_ISSOCK(mode)) return "socket";
  return "other";
}

/// A message of several lines is one record, in which "\x0a" stands for their ends.
void append_record(std::string& text, std::string_view record) {
  constexpr std::string_view line_end = "\\x0a";
  for (std::size_t at; (at = record.find(line_end)) != record.npos; record.remove_prefix(at + line_end.size())) {
    text += record.substr(0, at);
    text += '\n';
  }
  text += record;
}

/// The kernel's ring buffer, one record a read, to its end:
/// https://docs.kernel.org/admin-guide/abi-testing.html#abi-dev-kmsg
Answer kernel_log(int fd, std::size_t cap) {
  constexpr int most_records = 200'000;
  Answer answer = ended(Outcome::found, "");
  char record[16384];
  for (int n = 0; n < most_records; ++n) {
    const ssize_t got = ::read(fd, record, sizeof record);
    if (got < 0 && (errno == EINTR || errno == EPIPE)) continue;  // EPIPE: overwritten while it was read
    if (got < 0 && errno != EAGAIN) return answer_of_errno(errno);
    if (got <= 0) return answer;
    if (answer.text.size() + static_cast<std::size_t>(got) > cap) break;
    append_record(answer.text, {record, static_cast<std::size_t>(got)});
  }
  answer.truncated = true;
  return answer;
}

/// Reading must not hang or have effects: a FIFO or a device behind the path is opened without blocking and not read.
Answer text_of(const std::string& path, std::size_t cap) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd.get() < 0) return answer_of_errno(errno);
  struct stat info {};
  if (path == "/dev/kmsg" && ::fstat(fd.get(), &info) == 0 && S_ISCHR(info.st_mode)) return kernel_log(fd.get(), cap);
  return content_of(fd.get(), cap);
}

/// From /etc/group alone: getgrgid() may ask a directory service over the network, and wait for it. Device nodes belong
/// to groups of the system, which are there.
std::string group_name(gid_t gid) {
  static const std::string file = text_of("/etc/group", 1 << 20).text;
  const std::string number = std::to_string(gid);
  for (std::string_view rest = file; !rest.empty();) {  // name:password:gid:members
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const std::size_t name_end = line.find(':'), id_start = line.find(':', name_end + 1) + 1;
    if (name_end == line.npos || id_start == 0) continue;
    const std::size_t id_end = line.find(':', id_start);
    if (id_end != line.npos && line.substr(id_start, id_end - id_start) == number)
      return std::string(line.substr(0, name_end));
  }
  return "";
}

class LiveFiles final : public Files {
 public:
  Answer file(const std::string& path, std::size_t cap) override { return text_of(path, cap); }

  Answer link(const std::string& path) override {
    char buffer[4096];
    const ssize_t got = ::readlink(path.c_str(), buffer, sizeof buffer);
    if (got < 0) return errno == EINVAL ? ended(Outcome::failed, std::string(not_a_link)) : answer_of_errno(errno);
    Answer answer = ended(Outcome::found, "");
    answer.text.assign(buffer, static_cast<std::size_t>(got));
    return answer;
  }

  Answer list(const std::string& path) override { return names_in(::opendir(path.c_str())); }

  Answer node(const std::string& path) override {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return answer_of_errno(errno);
    Answer answer = ended(Outcome::found, "");
    Node node;
    node.kind = kind_of(info.st_mode);
    node.mode = fmt::format("{:04o}", static_cast<unsigned>(info.st_mode) & 07777U);
    node.uid = info.st_uid;
    node.gid = info.st_gid;
    node.group = group_name(info.st_gid);
    // Permission bits alone do not tell: groups, capabilities and access lists count too.
    node.readable = ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0;
    node.writable = ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
    if (S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode)) {
      node.major = static_cast<std::int64_t>(major(info.st_rdev));
      node.minor = static_cast<std::int64_t>(minor(info.st_rdev));
    }
    if (S_ISREG(info.st_mode)) {
      node.size = info.st_size;
      node.inode = fmt::format("{:02x}:{:02x}:{}", static_cast<unsigned>(major(info.st_dev)),
                               static_cast<unsigned>(minor(info.st_dev)), info.st_ino);
    }
    answer.node = std::move(node);
    return answer;
  }

  // A container's device filter denies opening a node (EPERM), whatever its permission bits say.
  std::string open(const std::string& path) override {
    const Descriptor fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    return fd.get() >= 0 ? "ok" : errno_name(errno);
  }
};

}  // namespace

std::unique_ptr<Files> live_files() { return std::make_unique<LiveFiles>(); }

}  // namespace rigfit
