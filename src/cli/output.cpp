#include "cli/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "cli/input.hpp"
#include "collect/named_pipe.hpp"
#include "report/markdown/marked_block.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

/// Writes all of `text`; the error number when it could not.
std::optional<int> write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return std::nullopt;
}

int failed(std::string_view where, int error) {
  return complain(fmt::format("{} could not be written: {}", where, std::strerror(error)));
}

/// While one lives, nobody who ends this program politely leaves a half-written file beside the target.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&held, signal);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

 private:
  sigset_t before_{};
};

/// The mode of a new file.
mode_t new_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

/// Of a file that takes the place of `old`, if there is one.
std::optional<int> take_over_rights(int descriptor, const struct stat* old) {
  // Only root may give files away; then the rights of the old owner's group are not for ours.
  const bool is_owned = !old || ::fchown(descriptor, old->st_uid, old->st_gid) == 0;
  const mode_t kept = old ? old->st_mode & 0777 : new_mode();
  return ::fchmod(descriptor, is_owned ? kept : kept & 0700) == 0 ? std::nullopt : std::optional(errno);
}

/// Beside its target, so that a rename replaces it at once. Synced before: else a power cut may leave an empty file
/// under the target's name. `old`: the file that is there, null for none.
int put_whole(std::string_view text, const std::string& path, const struct stat* old) {
  const HeldSignals held;
  // A name of its own: the target's with something behind it may be too long.
  std::string scratch = path.substr(0, path.rfind('/') + 1) + ".rigfit.XXXXXX";
  const int descriptor = ::mkstemp(scratch.data());
  if (descriptor < 0) return failed(path, errno);
  std::optional<int> error = write_all(descriptor, text);
  if (!error) error = take_over_rights(descriptor, old);
  if (!error && ::fsync(descriptor) != 0 && errno != EINVAL) error = errno;
  if (::close(descriptor) != 0 && !error) error = errno;
  if (!error && ::rename(scratch.c_str(), path.c_str()) != 0) error = errno;
  if (!error) return exit_yes;
  ::unlink(scratch.c_str());
  return failed(path, *error);
}

/// Behind what is there already; devices and pipes, too.
int append(std::string_view text, const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return failed(path, errno);
  std::optional<int> error = write_all(descriptor, text);
  if (::close(descriptor) != 0 && !error) error = errno;
  return error ? failed(path, *error) : exit_yes;
}

/// The descriptor of stdout or stderr when they go to that file; -1 for none.
int standard_stream_of(const struct stat& file) {
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat info {};
    if (::fstat(descriptor, &info) == 0 && info.st_dev == file.st_dev && info.st_ino == file.st_ino) return descriptor;
  }
  return -1;
}

/// To stdout; a reader who has gone ends this program by the signal, unless who started it asked for the error instead.
int put_to_stdout(std::string_view text, bool is_pipe_signal_ignored) {
  const auto error = write_all(STDOUT_FILENO, text);
  if (!error) return exit_yes;
  if (*error == EPIPE && !is_pipe_signal_ignored) {
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
  }
  return failed("stdout", *error);
}

bool is_dumb_terminal() {
  const char* terminal = std::getenv("TERM");
  return terminal && std::string_view(terminal) == "dumb";
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

}  // namespace

int complain(std::string_view sentence) {
  write_all(STDERR_FILENO, "rigfit: " + clean(sentence) + "\n");
  return exit_wrong;
}

void remark(std::string_view line) { write_all(STDERR_FILENO, clean(line) + "\n"); }

ProgressLine::ProgressLine() : is_shown_(::isatty(STDERR_FILENO) == 1 && !is_dumb_terminal()) {}

void ProgressLine::show(std::string_view text) {
  if (!is_shown_) return;
  winsize size{};
  const std::size_t width = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1u : 79u;
  // \r and ESC [ K: to the beginning of the line, and empty what follows.
  write_all(STDERR_FILENO, "\r" + clean(text).substr(0, width) + "\x1b[K");
  is_written_ = true;
}

ProgressLine::~ProgressLine() {
  if (is_written_) write_all(STDERR_FILENO, "\r\x1b[K");
}

int put(std::string_view text, const std::string& output) {
  // Set only now: a child that is started before inherits the usual answer to a closed pipe.
  static const bool was_ignored = std::signal(SIGPIPE, SIG_IGN) == SIG_IGN;
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files (ulimit -f) is an error like a full disk
  if (output.empty()) return put_to_stdout(text, was_ignored);
  struct stat info {
  }, link{};
  const bool is_link = ::lstat(output.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
  const bool is_there = ::stat(output.c_str(), &info) == 0;
  const int standard = is_there ? standard_stream_of(info) : -1;
  if (standard == STDOUT_FILENO) return put_to_stdout(text, was_ignored);
  if (standard >= 0) {
    const auto error = write_all(standard, text);
    return error ? failed(output, *error) : exit_yes;
  }
  if (output.starts_with("/dev/") || output.starts_with("/proc/")) return append(text, output);
  if (is_link) return complain(output + " is a symbolic link, and nothing is written through one");
  if (!is_there) return put_whole(text, output, nullptr);
  if (S_ISREG(info.st_mode)) return put_whole(text, output, &info);
  if (is_named_pipe(output)) return complain(output + " is a named pipe, no file");
  return append(text, output);
}

namespace {

/// Renews the block of a document, or checks it. A document that would stay as it is is not written.
int put_into(const std::string& block, const Tell& tell) {
  constexpr std::size_t largest_document = 16u << 20;
  const auto document = read_input(tell.into, largest_document);
  if (!document) return complain(document.error());
  const auto renewed = with_block(*document, block);
  if (!renewed) return complain(fmt::format("{}: {}", tell.into, renewed.error()));
  if (*renewed == *document) return exit_yes;
  if (!tell.check) return put(*renewed, tell.into);
  remark(fmt::format("rigfit: {}: the block is out of date; the same command without --check renews it", tell.into));
  return exit_no;
}

}  // namespace

int put_told(const std::string& text, const Tell& tell) {
  return tell.into.empty() ? put(text, tell.output) : put_into(text, tell);
}

int put_report(const Report& report, const Tell& tell) {
  return put_told(tell.format->write(report, style_for(tell)), tell);
}

namespace {

/// COLUMNS, when it is a number that makes sense.
std::optional<int> columns_of_environment() {
  const char* text = std::getenv("COLUMNS");
  if (!text) return std::nullopt;
  const std::string_view digits(text);
  int number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 1) return std::nullopt;
  return std::clamp(number, least_width, most_width);
}

/// Whether what is written may hold more than ASCII, by the variables that setlocale(3) reads.
bool is_utf8_expected() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const char* value = std::getenv(name); value && *value) {
      std::string locale(value);
      std::transform(locale.begin(), locale.end(), locale.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      return locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos;
    }
  return false;
}

/// As it was asked for; else that of the terminal, where lines of more than 120 columns are hard to read; else COLUMNS.
int width_for(const Tell& tell, bool is_terminal) {
  if (tell.width > 0) return tell.width;
  winsize size{};
  if (is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::clamp(static_cast<int>(size.ws_col), least_width, 120);
  return columns_of_environment().value_or(TextStyle{}.width);
}

}  // namespace

TextStyle style_for(const Tell& tell) {
  TextStyle style;
  style.verbose = tell.verbose;
  style.compact = tell.compact;
  style.ascii = !is_utf8_expected();
  const bool is_terminal = tell.output.empty() && ::isatty(STDOUT_FILENO) == 1;
  // https://no-color.org
  style.colour = tell.colour == Colour::always ||
                 (tell.colour == Colour::automatic && is_terminal && !is_set("NO_COLOR") && !is_dumb_terminal());
  style.width = width_for(tell, is_terminal);
  return style;
}

void keep_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // The lowest free number is this one.
    (void)!::open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR);
  }
}

}  // namespace rigfit
