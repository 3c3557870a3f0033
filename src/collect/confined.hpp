#pragma once

#include <string>
#include <string_view>

namespace rigfit {

/// A descriptor that is closed in the end; -1 for none.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_;
};

/// A folder, to open what is below it. Not open: errno says why.
Descriptor open_top(const std::string& folder);

/// Opens what lies at `path` ("/etc/os-release", "/") below the folder `root`, and nothing else: a link anywhere in it,
/// at its end too, is an error (ELOOP), so that nobody who swaps a file for a link meanwhile leads out of the folder.
/// `flags` as of open(2). Not open: errno says why.
Descriptor open_below(int root, std::string_view path, int flags);

/// The same without openat2(2), which older kernels, other systems and some containers lack.
Descriptor open_below_step_by_step(int root, std::string_view path, int flags);

}  // namespace rigfit
