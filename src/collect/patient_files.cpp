#include "collect/patient_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace rigfit {
namespace {

constexpr const char* mountinfo = "/proc/self/mountinfo";

/// Behind these kinds of mounts is somebody who may not answer.
bool may_be_silent(std::string_view type) {
  constexpr std::string_view kinds[] = {"nfs",  "nfs4",   "cifs",     "smb3",     "smbfs",  "ncpfs",
                                        "afs",  "9p",     "virtiofs", "ceph",     "lustre", "beegfs",
                                        "gpfs", "wekafs", "panfs",    "orangefs", "autofs"};
  return type.starts_with("fuse") || std::find(std::begin(kinds), std::end(kinds), type) != std::end(kinds);
}

/// "/mnt/two\040words" → "/mnt/two words"
std::string without_escapes(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    if (text[at] == '\\' && at + 3 < text.size() &&
        std::from_chars(text.data() + at + 1, text.data() + at + 4, byte, 8).ptr == text.data() + at + 4) {
      result += static_cast<char>(byte);
      at += 3;
    } else {
      result += text[at];
    }
  }
  return result;
}

/// The mounts that may not answer, but for the one at the top: this program came from there.
/// "36 35 98:0 /mnt1 /mnt/parent rw,noatime - nfs server:/mnt rw": https://docs.kernel.org/filesystems/proc.html
std::vector<std::string> silent_mounts_in(std::string_view text) {
  std::vector<std::string> points;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::size_t dash = line.find(" - ");
    if (dash == line.npos) continue;
    const std::string_view type = line.substr(dash + 3);
    if (!may_be_silent(type.substr(0, type.find(' ')))) continue;
    for (int word = 0; word < 4; ++word) line.remove_prefix(std::min(line.find(' ') + 1, line.size()));
    std::string point = without_escapes(line.substr(0, line.find(' ')));
    // systemd mounts one below /proc on every machine, to which no link leads.
    if (point.size() > 1 && !point.starts_with("/proc/")) points.push_back(std::move(point));
  }
  return points;
}

/// A thread that does one thing after the other, and is left alone with one that does not end.
class Helper {
 public:
  using Work = std::function<Answer()>;

  /// Throws std::system_error where no thread can be had.
  Helper() {
    std::thread([state = state_] { serve(*state); }).detach();
  }
  ~Helper() {
    const std::lock_guard lock(state_->mutex);
    state_->is_over = true;
    state_->changed.notify_all();
  }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  /// False when it took longer; this helper is then of no use any more.
  bool ask(Work work, double seconds, Answer& answer) {
    std::unique_lock lock(state_->mutex);
    state_->work = std::move(work);
    state_->is_done = false;
    state_->changed.notify_all();
    const auto most = std::chrono::duration<double>(seconds);
    if (!state_->changed.wait_for(lock, most, [&] { return state_->is_done; })) return false;
    answer = std::move(state_->answer);
    return true;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    Work work;
    Answer answer;
    bool is_done = true, is_over = false;
  };

  static void serve(State& state) {
    std::unique_lock lock(state.mutex);
    for (;;) {
      state.changed.wait(lock, [&] { return state.is_over || !state.is_done; });
      if (state.is_over) return;
      const Work work = std::move(state.work);
      lock.unlock();
      Answer answer = work();
      lock.lock();
      state.answer = std::move(answer);
      state.is_done = true;
      state.changed.notify_all();
    }
  }

  // Shared with the thread, which may outlive this.
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

class PatientFiles final : public Files {
 public:
  PatientFiles(std::shared_ptr<Files> files, double seconds) : files_(std::move(files)), seconds_(seconds) {}

  Answer file(const std::string& path, std::size_t cap) override {
    Answer answer = patiently(path, [files = files_, path, cap] { return files->file(path, cap); });
    // On a host of many containers the kernel takes a while to write it: once is enough.
    if (path == mountinfo && !answer.truncated) mounts_ = silent_mounts_in(answer.text);
    return answer;
  }
  Answer link(const std::string& path) override {
    return patiently(path, [files = files_, path] { return files->link(path); });
  }
  Answer list(const std::string& path) override {
    return patiently(path, [files = files_, path] { return files->list(path); });
  }
  Answer node(const std::string& path) override {
    return patiently(path, [files = files_, path] { return files->node(path); });
  }
  std::string open(const std::string& path) override { return files_->open(path); }

 private:
  template <class Work>
  Answer patiently(const std::string& path, const Work& work) {
    constexpr std::size_t most_silent = 2;  // then the others are not waited for, either
    const std::string* mount = mount_of(path);
    if (!mount) return work();
    if (silent_.size() >= most_silent || std::find(silent_.begin(), silent_.end(), *mount) != silent_.end())
      return no_answer();
    try {
      if (!helper_) helper_ = std::make_unique<Helper>();
    } catch (const std::system_error&) {
      return work();  // no thread may be started here
    }
    Answer answer;
    if (helper_->ask(work, seconds_, answer)) return answer;
    helper_.reset();
    silent_.push_back(*mount);
    return no_answer();
  }

  /// The mount that may not answer and to which a look at `path` leads; null for none.
  const std::string* mount_of(const std::string& path) {
    for (const char* of_system : {"/proc/", "/sys/", "/dev/", "/etc/", "/run/", "/usr/lib/"})
      if (path.starts_with(of_system)) return nullptr;
    if (!mounts_) mounts_ = silent_mounts_in(files_->file(mountinfo, 4u << 20).text);
    return mounts_->empty() ? nullptr : mount_behind(path);
  }

  const std::string* mount_that_holds(const std::string& path) const {
    for (const std::string& mount : *mounts_)
      if (path.starts_with(mount) && (path.size() == mount.size() || path[mount.size()] == '/')) return &mount;
    return nullptr;
  }

  /// Follows the links on the way, each of them before whoever may not answer is met.
  const std::string* mount_behind(const std::string& path) {
    constexpr int most_links = 40;  // as Linux has it: path_resolution(7)
    std::string at, rest = path;
    for (int links = 0; !rest.empty();) {
      const std::size_t begin = std::min(rest.find_first_not_of('/'), rest.size()),
                        end = std::min(rest.find('/', begin), rest.size());
      const std::string name = rest.substr(begin, end - begin);
      rest.erase(0, end);
      if (name == "..") at.resize(at.empty() ? 0 : at.rfind('/'));
      if (name.empty() || name == "." || name == "..") continue;
      at += '/' + name;
      if (const std::string* mount = mount_that_holds(at)) return mount;
      const std::string& target = target_of(at);
      if (target.empty()) continue;
      if (++links > most_links) return nullptr;
      at.resize(target.starts_with('/') ? 0 : at.rfind('/'));
      rest.insert(0, target);
    }
    return nullptr;
  }

  /// Where a link of a mount that answers leads; empty for what is no link.
  const std::string& target_of(const std::string& path) {
    const auto [target, is_new] = targets_.try_emplace(path);
    if (is_new)
      if (const Answer link = files_->link(path); link.found()) target->second = link.text;
    return target->second;
  }

  Answer no_answer() const {
    return ended(Outcome::timed_out, fmt::format("the file system did not answer within {:g} s", seconds_));
  }

  std::shared_ptr<Files> files_;
  double seconds_;
  std::unique_ptr<Helper> helper_;
  std::optional<std::vector<std::string>> mounts_;  ///< read when first needed
  std::vector<std::string> silent_;
  std::map<std::string, std::string> targets_;  ///< of links, by their paths; empty for others
};

}  // namespace

std::unique_ptr<Files> patient_files(std::shared_ptr<Files> files, double seconds) {
  return std::make_unique<PatientFiles>(std::move(files), seconds);
}

}  // namespace rigfit
