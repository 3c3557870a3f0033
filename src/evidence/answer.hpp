#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// How a request ended. Only `found` carries content that may be trusted as whole (see `truncated`).
enum class Outcome {
  found,
  absent,        ///< looked, and it is not there
  denied,        ///< it may be there, but this process may not look
  failed,        ///< it is there and could not be read, or the program could not be started
  crashed,       ///< the child ended by a signal
  timed_out,     ///< the child was ended at its limit
  stuck,         ///< the child could not be ended (uninterruptible sleep) and was left behind
  skipped,       ///< deliberately not looked at; `why` says why
  not_recorded,  ///< the recording does not say: unknown, never absent
};

std::string_view name_of(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view name);

/// A file system node as `stat` and `access` describe it.
struct Node {
  std::string kind;  ///< file, directory, char, block, link, socket, fifo
  std::string mode;  ///< octal permission bits as text, "0660"
  std::int64_t uid = 0, gid = 0;
  std::string group;                         ///< name of `gid`, empty when it has none
  std::optional<bool> readable, writable;    ///< by this process; empty when it was not tried
  std::optional<std::int64_t> major, minor;  ///< of a device node
  std::optional<std::int64_t> size;          ///< of a file, bytes
  std::string inode;  ///< of a file: "fd:00:262174", as /proc/locks names it; empty: not reported
  std::string opens;  ///< how opening it ended: "ok", or the error's name, "EPERM"; empty when it was not tried

  bool operator==(const Node&) const = default;
};

/// One answer, with what it cost.
struct Answer {
  Outcome outcome = Outcome::not_recorded;
  std::string why;                 ///< reason of anything but `found`: errno text, limit, …
  std::string text;                ///< file content, link target, variable, or a command's stdout; raw bytes
  std::string err;                 ///< a command's stderr
  std::vector<std::string> names;  ///< list: sorted
  std::optional<Node> node;        ///< node
  std::optional<int> exit;         ///< command and ask: exit status, empty when not recorded or ended by a signal
  std::optional<int> signal;       ///< command and ask: number of the signal that ended it
  std::optional<double> seconds;   ///< command and ask: wall time
  bool truncated = false;          ///< the content was cut at its cap

  bool found() const { return outcome == Outcome::found; }
  bool absent() const { return outcome == Outcome::absent; }
  bool operator==(const Answer&) const = default;
};

}  // namespace rigfit
