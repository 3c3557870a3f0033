#include "collect/children.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#if __has_include(<linux/close_range.h>)
#include <linux/close_range.h>
#endif
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <system_error>

#include "collect/files.hpp"
#include "collect/orphans.hpp"

namespace rigfit {
namespace {

namespace bp = boost::process::v2;
using Clock = std::chrono::steady_clock;

Clock::duration of_seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(std::min(seconds, 1e6)));
}

/// Whoever started this program may have left descriptors open in it.
void keep_standard_streams_only() {
#if defined(__linux__) && defined(CLOSE_RANGE_CLOEXEC)
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
#endif
  const long most = std::min(::sysconf(_SC_OPEN_MAX), 65536L);
  for (int fd = 3; fd < most; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/// A vendor's library that crashes leaves no core file in somebody's folder, one that runs wild fills no disk, and one
/// that closes every descriptor there may be (of 2^30 in some containers) comes to an end.
void lower_limits() {
  const auto lower = [](auto resource, rlim_t most) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur <= most) return;
    limit.rlim_cur = most;
    ::setrlimit(resource, &limit);
  };
  lower(RLIMIT_CORE, 0);
  lower(RLIMIT_FSIZE, rlim_t{64} << 20);
  lower(RLIMIT_NOFILE, 4096);
}

/// Nobody is there to end the child when this program is killed at once (SIGKILL, out of memory).
void end_with(pid_t parent) {
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
#else
  (void)parent;
#endif
}

/// The child gets this environment and leads a group of its own, so that what it starts can be ended with it. It begins
/// with no signal blocked or ignored, whatever this process was started with. (Boost 1.81 declares
/// process_environment's set-up in a header and defines it nowhere a header-only user would get it, hence `env` here.)
struct OwnGroup {
  const char* const* environment;
  pid_t parent;

  template <class Launcher>
  boost::system::error_code on_setup(Launcher& launcher, const bp::filesystem::path&, const char* const*&) {
    launcher.env = environment;
    return {};
  }
  template <class Launcher>
  boost::system::error_code on_exec_setup(Launcher&, const bp::filesystem::path&, const char* const*) {
    ::setpgid(0, 0);
    end_with(parent);
    keep_standard_streams_only();
    lower_limits();
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int signal : {SIGPIPE, SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGXFSZ}) ::signal(signal, SIG_DFL);
    return {};
  }
};

/// Both ends close on exec: a child started meanwhile must not keep another's pipe open.
struct Pipe {
  int read_end = -1, write_end = -1;
  bool open() {
    int ends[2];
#ifdef __linux__
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
#else
    if (::pipe(ends) != 0) return false;
    for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
    read_end = ends[0];
    write_end = ends[1];
    ::fcntl(read_end, F_SETFL, O_NONBLOCK);
    return true;
  }
  void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
};

/// One running child, from start to the answer.
class Running {
 public:
  Running(const ChildLimits& limits) : limits_(limits) {}

  void start(boost::asio::io_context& context, const Child& child, const std::vector<std::string>& environment) {
    started_ = Clock::now();
    if (!out_.open() || !err_.open()) return fail(std::generic_category().message(errno));
    std::vector<const char*> pointers;
    for (const std::string& variable : environment) pointers.push_back(variable.c_str());
    pointers.push_back(nullptr);
    try {
      auto process = bp::default_process_launcher()(context, bp::filesystem::path(child.program), child.args,
                                                    bp::process_stdio{nullptr, out_.write_end, err_.write_end},
                                                    OwnGroup{pointers.data(), ::getpid()});
      pid_ = process.id();
      process.detach();  // reaped below by its native status, which alone tells exit status 11 from SIGSEGV
    } catch (const boost::system::system_error& error) {
      fail(error.code().message());
    }
    out_.close_end(out_.write_end);
    err_.close_end(err_.write_end);
    if (done_) return;
    ::setpgid(pid_, pid_);  // also here: whoever is first
    deadline_ = started_ + of_seconds(limits_.seconds);
  }

  /// Ends it before its time.
  void interrupt() {
    if (!done_ && phase_ == Phase::running) end("this program was reported to end", Outcome::skipped);
  }

  bool done() const { return done_; }
  /// Of the child while it has not been reaped, else -1.
  pid_t left_pid() const { return reaped_ ? -1 : pid_; }
  const Pipe& out() const { return out_; }
  const Pipe& err() const { return err_; }

  void read() {
    const std::size_t out = drain(out_, answer_.text, limits_.out_cap);
    err_size_ += drain(err_, answer_.err, limits_.err_cap);
    if ((out_size_ += out) > limits_.out_cap || err_size_ > limits_.err_flood) {
      answer_.truncated = true;
      if (phase_ == Phase::running) end("wrote more than its limit", Outcome::failed);
    }
  }

  /// The next line of stderr that was not taken yet and is whole.
  std::optional<std::string_view> next_line() {
    const std::size_t end = answer_.err.find('\n', heard_);
    if (end == std::string::npos) return std::nullopt;
    const std::string_view line = std::string_view(answer_.err).substr(heard_, end - heard_);
    heard_ = end + 1;
    return line;
  }

  void step(Clock::time_point now) {
    if (done_) return;
    if (!reaped_) reap(now);
    // A child that has ended but whose own child holds the pipe open gets the same grace, then the group is ended.
    if (reaped_ && out_.read_end < 0 && err_.read_end < 0) return finish(now);
    if (now < deadline_) return;
    switch (phase_) {
      case Phase::running:
        end(fmt::format("ended after {:g} s", limits_.seconds), Outcome::timed_out);
        break;
      case Phase::asked_to_end:
        ::kill(-pid_, SIGKILL);
        phase_ = Phase::killed;
        deadline_ = now + of_seconds(limits_.reap);
        break;
      case Phase::killed:
        if (!reaped_) {
          answer_.outcome = Outcome::stuck;
          answer_.why = "did not go even when killed, and was left behind";
          forced_ = true;
        }
        finish(now);
        break;
    }
  }

  Answer take() { return std::move(answer_); }

 private:
  enum class Phase { running, asked_to_end, killed };

  void fail(const std::string& why) {
    answer_ = ended(Outcome::failed, "could not be started: " + why);
    done_ = true;
  }

  void end(std::string why, Outcome outcome) {
    answer_.why = std::move(why);
    answer_.outcome = outcome;
    forced_ = true;
    ::kill(-pid_, SIGTERM);
    phase_ = Phase::asked_to_end;
    deadline_ = Clock::now() + of_seconds(limits_.grace);
  }

  /// How much there was, of which `text` takes up to `cap`.
  static std::size_t drain(Pipe& pipe, std::string& text, std::size_t cap) {
    if (pipe.read_end < 0) return 0;
    std::size_t all = 0;
    char buffer[16384];
    for (int rounds = 0; rounds < 64; ++rounds) {
      const ssize_t got = ::read(pipe.read_end, buffer, sizeof buffer);
      if (got < 0) {
        if (errno == EINTR) continue;
        if (errno != EAGAIN) pipe.close_end(pipe.read_end);
        break;
      }
      if (got == 0) {
        pipe.close_end(pipe.read_end);
        break;
      }
      const std::size_t room = cap - std::min(cap, text.size());
      text.append(buffer, std::min(room, static_cast<std::size_t>(got)));
      all += static_cast<std::size_t>(got);
    }
    return all;
  }

  void reap(Clock::time_point now) {
    int status = 0;
    const pid_t got = ::waitpid(pid_, &status, WNOHANG);
    if (got == 0) return;
    reaped_ = true;
    ended_by_itself_ = !forced_;
    if (got > 0 && WIFEXITED(status)) answer_.exit = WEXITSTATUS(status);
    if (got > 0 && WIFSIGNALED(status)) answer_.signal = WTERMSIG(status);
    if (phase_ == Phase::running) deadline_ = std::min(deadline_, now + of_seconds(limits_.grace));
  }

  void finish(Clock::time_point now) {
    done_ = true;
    out_.close_end(out_.read_end);
    err_.close_end(err_.read_end);
    answer_.seconds = std::chrono::duration<double>(now - started_).count();
    if (answer_.truncated) answer_.text.clear(), answer_.err.clear();
    // The child itself ended in time; only what it left behind had to be ended.
    if (forced_ && answer_.outcome == Outcome::timed_out && ended_by_itself_) forced_ = false, answer_.why.clear();
    if (forced_) return;
    if (answer_.signal) {
      answer_.outcome = Outcome::crashed;
      answer_.why = fmt::format("ended by signal {}", *answer_.signal);
    } else {
      answer_.outcome = Outcome::found;
    }
  }

  ChildLimits limits_;
  std::size_t heard_ = 0;                    ///< how much of stderr was taken line by line
  std::size_t out_size_ = 0, err_size_ = 0;  ///< written so far, kept or not
  Pipe out_, err_;
  pid_t pid_ = -1;
  Clock::time_point started_, deadline_;
  Phase phase_ = Phase::running;
  bool reaped_ = false, done_ = false, forced_ = false, ended_by_itself_ = false;
  Answer answer_ = ended(Outcome::found, "");
};

/// Whoever started this program may have set SIGCHLD to be ignored. Then the kernel takes a child away, status and all,
/// as soon as it ends, and Boost's process handle may find nothing to hold (pidfd_open fails with ESRCH).
class KeptStatuses {
 public:
  KeptStatuses() : before_(::signal(SIGCHLD, SIG_DFL)) {}
  ~KeptStatuses() { ::signal(SIGCHLD, before_); }
  KeptStatuses(const KeptStatuses&) = delete;
  KeptStatuses& operator=(const KeptStatuses&) = delete;

 private:
  void (*before_)(int);
};

/// Children are in groups of their own, so whoever ends this program (Ctrl-C, a scheduler's SIGTERM) does not reach
/// them. While they run, such a signal is kept; they are ended first, and then it is delivered. One that is ignored
/// stays so.
class KeptSignals {
 public:
  KeptSignals() {
    seen_ = 0;
    for (std::size_t n = 0; n < std::size(signals); ++n) {
      struct sigaction keep {};
      keep.sa_handler = [](int signal) { seen_ = signal; };  // no SA_RESTART: poll() has to return
      sigemptyset(&keep.sa_mask);
      ::sigaction(signals[n], nullptr, &before_[n]);
      if (before_[n].sa_handler != SIG_IGN) ::sigaction(signals[n], &keep, nullptr);
    }
  }
  ~KeptSignals() {
    for (std::size_t n = 0; n < std::size(signals); ++n) ::sigaction(signals[n], &before_[n], nullptr);
    if (seen_ != 0) ::raise(seen_);
  }
  KeptSignals(const KeptSignals&) = delete;
  KeptSignals& operator=(const KeptSignals&) = delete;

  static bool any() { return seen_ != 0; }

 private:
  static constexpr int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  static inline volatile std::sig_atomic_t seen_ = 0;
  struct sigaction before_[std::size(signals)]{};
};

}  // namespace

std::vector<Answer> run_children(const std::vector<Child>& children, const std::vector<std::string>& environment,
                                 const ChildLimits& limits) {
  const KeptStatuses kept_statuses;
  const KeptSignals kept_signals;
  Orphans orphans;
  boost::asio::io_context context;
  std::vector<std::unique_ptr<Running>> running;
  for (const Child& child : children) {
    running.push_back(std::make_unique<Running>(limits));
    running.back()->start(context, child, environment);
  }
  for (;;) {
    std::vector<pollfd> waiting;
    bool all_done = true;
    for (const auto& child : running) {
      if (child->done()) continue;
      all_done = false;
      for (const Pipe* pipe : {&child->out(), &child->err()})
        if (pipe->read_end >= 0) waiting.push_back({pipe->read_end, POLLIN, 0});
    }
    if (all_done) break;
    // Pipes wake this at once; the end of a child that has closed them is looked for every few milliseconds.
    ::poll(waiting.data(), static_cast<nfds_t>(waiting.size()), waiting.empty() ? 2 : 10);
    for (std::size_t n = 0; n < running.size(); ++n) {
      Running& child = *running[n];
      if (child.done()) continue;
      if (KeptSignals::any()) child.interrupt();
      child.read();
      if (limits.heard)
        while (const auto line = child.next_line()) limits.heard(n, *line);
      child.step(Clock::now());
    }
  }
  std::vector<pid_t> left_behind;
  std::vector<Answer> answers;
  for (const auto& child : running) {
    if (child->left_pid() > 0) left_behind.push_back(child->left_pid());
    answers.push_back(child->take());
  }
  orphans.end_all(left_behind, limits.reap);
  return answers;
}

}  // namespace rigfit
