#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>
#include <system_error>
#include <vector>

#include "collect/archive.hpp"
#include "collect/confined.hpp"
#include "collect/files.hpp"
#include "collect/named_pipe.hpp"
#include "evidence/link_answer.hpp"

namespace rigfit {
namespace {

constexpr int most_links = 40;  // as the kernel's ELOOP

/// What a path of the tree is, without following a link at its end.
struct Entry {
  mode_t mode = 0;
  std::int64_t uid = 0, gid = 0, size = 0;
  std::string target;  ///< of a link
};

/// A store of entries by absolute path that holds no link before the last component.
class Store {
 public:
  virtual ~Store() = default;
  virtual std::optional<Entry> entry(const std::string& path) = 0;
  virtual Answer content(const std::string& path, std::size_t cap) = 0;
  virtual std::vector<std::string> names(const std::string& path) = 0;
};

/// A folder may belong to whoever can change it while it is looked at (a container's root), so each look opens its own
/// way down from the top, through no link.
class DirectoryStore final : public Store {
 public:
  explicit DirectoryStore(Descriptor root) : root_(std::move(root)) {}

  std::optional<Entry> entry(const std::string& path) override {
#ifdef O_PATH
    const Descriptor at = open_below(root_.get(), path, O_PATH);
    struct stat info {};
    if (at.get() < 0 || ::fstat(at.get(), &info) != 0) return std::nullopt;
    return entry_of(info, S_ISLNK(info.st_mode) ? target_of(at.get(), "") : "");
#else
    const std::size_t slash = path.rfind('/');
    const std::string name = path.substr(slash + 1);
    const Descriptor folder = open_below(root_.get(), path.substr(0, slash + 1), O_RDONLY | O_DIRECTORY);
    struct stat info {};
    if (folder.get() < 0 || ::fstatat(folder.get(), name.empty() ? "." : name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
      return std::nullopt;
    return entry_of(info, S_ISLNK(info.st_mode) ? target_of(folder.get(), name) : "");
#endif
  }
  Answer content(const std::string& path, std::size_t cap) override {
    const Descriptor at = open_below(root_.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    return at.get() < 0 ? answer_of_errno(errno) : content_of(at.get(), cap);
  }
  std::vector<std::string> names(const std::string& path) override {
    const Descriptor at = open_below(root_.get(), path, O_RDONLY | O_DIRECTORY);
    return at.get() < 0 ? std::vector<std::string>{} : names_of(at.get()).names;
  }

 private:
  static Entry entry_of(const struct stat& info, std::string target) {
    return {info.st_mode, info.st_uid, info.st_gid, info.st_size, std::move(target)};
  }
  /// Of the link `name` in a folder, or of the link itself that is open.
  static std::string target_of(int descriptor, const std::string& name) {
    char buffer[4096];
    const ssize_t got = ::readlinkat(descriptor, name.c_str(), buffer, sizeof buffer);
    return {buffer, got > 0 ? static_cast<std::size_t>(got) : 0};
  }

  Descriptor root_;
};

class ArchiveStore final : public Store {
 public:
  explicit ArchiveStore(Archive archive) : archive_(std::move(archive)) {}

  std::optional<Entry> entry(const std::string& path) override {
    const auto it = archive_.find(path);
    if (it == archive_.end()) return std::nullopt;
    const auto& file = it->second;
    return Entry{file.mode, file.uid, file.gid, static_cast<std::int64_t>(file.text.size()),
                 S_ISLNK(file.mode) ? file.text : ""};
  }
  Answer content(const std::string& path, std::size_t cap) override {
    Answer answer = ended(Outcome::found, "");
    answer.text = archive_.at(path).text.substr(0, cap);
    answer.truncated = archive_.at(path).text.size() > cap;
    return answer;
  }
  std::vector<std::string> names(const std::string& path) override {
    std::vector<std::string> names;
    const std::string prefix = path == "/" ? path : path + "/";
    for (auto it = archive_.lower_bound(prefix); it != archive_.end() && it->first.starts_with(prefix); ++it) {
      const std::string tail = it->first.substr(prefix.size());
      if (!tail.empty() && tail.find('/') == tail.npos) names.push_back(tail);
    }
    return names;
  }

 private:
  Archive archive_;
};

/// What lies under /proc, /sys, /dev and /run of a tree is what somebody gathered: what is missing there was not
/// recorded.
bool is_gathered(const std::string& path) {
  for (const char* top : {"/proc", "/sys", "/dev", "/run"})
    if (path == top || path.starts_with(std::string(top) + "/")) return true;
  return false;
}

class TreeFiles final : public Files {
 public:
  explicit TreeFiles(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  Answer file(const std::string& path, std::size_t cap) override {
    const Resolved at = resolve(path, true);
    if (!at.entry) return at.answer;
    if (!S_ISREG(at.entry->mode)) return ended(Outcome::failed, "not a regular file");
    return store_->content(at.path, cap);
  }

  Answer link(const std::string& path) override {
    const Resolved at = resolve(path, false);
    if (!at.entry) return at.answer;
    if (!S_ISLNK(at.entry->mode)) return ended(Outcome::failed, std::string(not_a_link));
    Answer answer = ended(Outcome::found, "");
    answer.text = at.entry->target;
    return answer;
  }

  Answer list(const std::string& path) override {
    const Resolved at = resolve(path, true);
    if (!at.entry) return at.answer;
    if (!S_ISDIR(at.entry->mode)) return ended(Outcome::absent, "not a directory");
    Answer answer = ended(Outcome::found, "");
    answer.names = store_->names(at.path);
    std::sort(answer.names.begin(), answer.names.end());
    if (answer.names.size() > most_names) {
      answer.names.resize(most_names);
      answer.truncated = true;
    }
    // The empty /proc of a mounted image tells nothing about the machine.
    if (answer.names.empty() && is_gathered(path)) return ended(Outcome::not_recorded, "empty in this tree");
    return answer;
  }

  Answer node(const std::string& path) override {
    const Resolved at = resolve(path, true);
    if (!at.entry) return at.answer;
    Answer answer = ended(Outcome::found, "");
    Node node;
    const mode_t mode = at.entry->mode;
    node.kind = S_ISREG(mode)   ? "file"
                : S_ISDIR(mode) ? "directory"
                : S_ISCHR(mode) ? "char"
                : S_ISBLK(mode) ? "block"
                                : "other";
    node.mode = fmt::format("{:04o}", static_cast<unsigned>(mode) & 07777U);
    node.uid = at.entry->uid;
    node.gid = at.entry->gid;
    if (S_ISREG(mode)) node.size = at.entry->size;
    answer.node = std::move(node);
    return answer;
  }

 private:
  struct Resolved {
    std::string path;  ///< without links
    std::optional<Entry> entry;
    Answer answer;  ///< why there is none
  };

  // `ancestor` is the deepest folder of `path` that is there. A tree may be partial, so only one that holds something
  // shows what it lacks, and the top itself shows nothing.
  Resolved missing(const std::string& path, const std::string& ancestor) {
    Resolved resolved;
    resolved.path = path;
    const bool looked = !is_gathered(path) && !ancestor.empty() && !store_->names(ancestor).empty();
    resolved.answer = looked ? ended(Outcome::absent, "") : ended(Outcome::not_recorded, "not in this tree");
    return resolved;
  }

  // Walks component by component, so that absolute links start at the tree's own top and `..` stops there.
  Resolved resolve(const std::string& path, bool follow_last) {
    std::vector<std::string> todo;
    const auto push = [&](const std::string& text) {  // in reverse: the next component is at the back
      std::vector<std::string> parts;
      for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('/', begin), text.size());
        if (end > begin) parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
      }
      todo.insert(todo.end(), parts.rbegin(), parts.rend());
    };
    push(path);
    std::string at;
    std::optional<Entry> entry = store_->entry("/");
    int links = 0;
    while (!todo.empty()) {
      const std::string name = std::move(todo.back());
      todo.pop_back();
      if (name == ".") continue;
      if (name == "..") {
        at.resize(at.empty() ? 0 : at.rfind('/'));
        entry = store_->entry(at.empty() ? "/" : at);
        continue;
      }
      const std::string next = at + "/" + name;
      entry = store_->entry(next);
      if (!entry) return missing(path, at);
      if (S_ISLNK(entry->mode) && (follow_last || !todo.empty())) {
        if (++links > most_links) {
          Resolved loop;
          loop.answer = ended(Outcome::failed, "too many levels of symbolic links");
          return loop;
        }
        if (entry->target.starts_with('/')) at.clear();
        push(entry->target);
        entry = store_->entry(at.empty() ? "/" : at);
        continue;
      }
      at = next;
    }
    Resolved resolved;
    resolved.path = at.empty() ? "/" : at;
    resolved.entry = entry;
    if (!entry) resolved.answer = ended(Outcome::not_recorded, "not in this tree");
    return resolved;
  }

  std::unique_ptr<Store> store_;
};

}  // namespace

tl::expected<std::unique_ptr<Files>, std::string> tree_files(const std::string& root) {
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0)
    return tl::unexpected(fmt::format("{}: {}", root, std::generic_category().message(errno)));
  if (S_ISDIR(info.st_mode)) {
    Descriptor top = open_top(root);
    if (top.get() < 0) return tl::unexpected(fmt::format("{}: {}", root, std::generic_category().message(errno)));
    return std::make_unique<TreeFiles>(std::make_unique<DirectoryStore>(std::move(top)));
  }
  if (is_named_pipe(root) || S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode) || S_ISSOCK(info.st_mode))
    return tl::unexpected(fmt::format("{}: neither a directory nor a tar file", root));
  auto archive = read_archive(root);
  if (!archive) return tl::unexpected(archive.error());
  return std::make_unique<TreeFiles>(std::make_unique<ArchiveStore>(std::move(*archive)));
}

}  // namespace rigfit
