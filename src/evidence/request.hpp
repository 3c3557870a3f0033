#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// What can be asked of a machine.
enum class Kind {
  file,      ///< bytes of a file, up to `cap`
  link,      ///< where a symbolic link points, as written
  list,      ///< names in a directory, sorted
  node,      ///< kind, mode and owner of a file system node, and whether this process may read and write it
  env,       ///< one environment variable
  command,   ///< stdout, stderr and status of a program, started without a shell
  ask,       ///< one JSON document from a vendor library, loaded in a child (`rigfit ask NAME`)
  metadata,  ///< one attribute of Google's metadata server, without what identifies anybody; only when allowed
};

std::string_view name_of(Kind kind);

/// One thing worth looking at. Paths are absolute, or begin with "~/": below the home folder of whoever runs this,
/// which is not named in the recording. They may hold `*` (any run of characters within one component); what it matched
/// is recorded as one answer per path, and the folders that were listed on the way as `list` answers.
struct Request {
  Kind kind = Kind::file;
  std::string target;             ///< path or glob, variable, question to a library, or program (base name)
  std::vector<std::string> args;  ///< command and ask: what follows the program or the question
  std::size_t cap = 1 << 20;      ///< file only: most bytes that are read
  std::string unless_found;       ///< skip when the answer with this key is `found`: a fallback
  /// file and command, unless empty: of the lines (or, with ' ', words; with ',', also what commas part) only those
  /// that begin with one of these are kept, the others never become evidence. For files that also name disks, serial
  /// numbers and the like.
  std::vector<std::string> keep = {};
  char keep_between = '\n';
  bool keep_anywhere = false;  ///< for logs: a line is kept from where one of `keep` ("NVRM:*failed") stands in it
  std::string proves;          ///< platform on which it runs something: only with consent, and after all else
  bool wakes = false;          ///< may wake a sleeping device: only with consent
  bool opens = false;          ///< node only: also open it, since a container's device filter shows only then
};

Request file(std::string path, std::size_t cap = 1 << 20);
/// A file of which only the pieces that begin with one of `keep` are kept.
Request file_keeping(std::string path, std::vector<std::string> keep, char between, std::size_t cap = 1 << 20);
/// A log, file or command, of which only what follows one of `keep` in its lines is kept; with ',' as `between` up to
/// the next comma, for JSON that may be all in one line.
Request log_keeping(Request log, std::vector<std::string> keep, char between = '\n');
Request link(std::string path);
Request list(std::string path);
Request node(std::string path);
Request env(std::string variable);
Request command(std::string program, std::vector<std::string> args, std::string unless_found = {});
Request ask(std::string question, std::vector<std::string> args = {});
Request metadata(std::string path);  ///< "instance/attributes/accelerator-type"

/// The same, but only when the user lets the accelerators of `platform` be worked with (`--prove`).
Request proving(std::string platform, Request request);
/// The same, but only when the user lets sleeping devices be woken (`--wake`).
Request waking(Request request);
/// A node that is also opened for reading and writing, and closed at once. Not for nodes whose opening has effects.
Request opened(std::string path);

using Requests = std::vector<Request>;

/// The key under which the answer is kept: `file:/etc/os-release`, `command:nvidia-smi -q -x`.
std::string key_of(const Request& request);
std::string key_of(Kind kind, std::string_view target);

}  // namespace rigfit
