#pragma once

#include <string>
#include <string_view>

#include "cli/options/common_options.hpp"
#include "report/report.hpp"

namespace rigfit {

// Exit statuses, the same everywhere.
inline constexpr int exit_yes = 0, exit_no = 1, exit_wrong = 2, exit_unknown = 3;

/// Writes "rigfit: sentence" to stderr, safe for a terminal. Returns `exit_wrong`, for `return complain(…)`.
int complain(std::string_view sentence);
/// A line on stderr that is no error.
void remark(std::string_view line);

/// Writes to the file `output`, or to stdout when it is empty. A regular file is replaced at once and whole, and keeps
/// its mode and owner; a new one has the mode that the umask leaves. What stdout or stderr go to already is appended
/// to, like all in /dev and /proc. A symbolic link elsewhere is refused: whoever made it chose what would be written,
/// which may not be the user. What goes wrong is reported on stderr. Returns 0 or `exit_wrong`. Where nobody reads
/// stdout any more (`| head -1`), the process ends by SIGPIPE, as others do.
int put(std::string_view text, const std::string& output);

/// Puts what a format wrote where `tell` says: a file, stdout, or the block of a document. `exit_no` where that block
/// was only to be checked and is out of date.
int put_told(const std::string& text, const Tell& tell);
/// The same of a report, in the format of `tell`.
int put_report(const Report& report, const Tell& tell);

/// One line on a terminal that each call writes anew, and that is gone at the end; nothing where stderr is no terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(std::string_view text);

 private:
  bool is_shown_, is_written_ = false;
};

/// Colour and width for what goes where `tell` says.
TextStyle style_for(const Tell& tell);

/// `status`, or 0 under --exit-zero unless it means that nothing ran.
inline int softened(int status, const Tell& tell) { return tell.exit_zero && status != exit_wrong ? exit_yes : status; }

/// Makes sure that descriptors 0 to 2 are taken, so that no file that is opened later becomes stdout. A closed stdout
/// stays one that cannot be written to.
void keep_standard_streams();

}  // namespace rigfit
