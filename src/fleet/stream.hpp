#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

// What launchers print when many nodes write to one stream, and how documents are found in it. Formats:
// srun -l (https://slurm.schedmd.com/srun.html, --label), clush and clush -b
// (https://clustershell.readthedocs.io/en/latest/tools/clush.html), dshbak -c, ansible -m command
// (https://docs.ansible.com/ansible/latest/command_guide/intro_adhoc.html).

enum class StreamKind {
  plain,     ///< JSON, one document after the other
  labelled,  ///< "gpu001: " before every line, the nodes' lines in any order
  folded,    ///< blocks behind a header of three lines, or of Ansible's one, which names the nodes that wrote it
};

/// By the first lines of it.
StreamKind kind_of_stream(std::string_view beginning);

/// Where the next document may begin: behind a line break, with a brace. `text.size()` for nowhere. Members of a
/// document that is written over several lines are indented or begin with a quote.
std::size_t next_start(std::string_view text, std::size_t from);
/// The last such place, 0 for nowhere: what is before it can be read by itself.
std::size_t last_start(std::string_view text);

/// "gpu001" of "gpu001: {", and what stands behind the label; no label: empty.
struct LabelledLine {
  std::string_view label, rest;
};
LabelledLine labelled_line(std::string_view line);

/// The header of a folded block at the beginning of `text`: its set of nodes, and how long the header is; size 0: there
/// is none.
struct FoldedHeader {
  std::string_view nodes;
  std::size_t size = 0;
};
FoldedHeader folded_header(std::string_view text);

/// Puts together what each label wrote. srun cuts long lines and labels each piece; since line breaks between tokens
/// mean nothing in JSON, the pieces are joined without any, and the document is whole again.
class Demultiplexer {
 public:
  /// Text that one label wrote; `line` is that of its beginning, from 1.
  using Take = std::function<void(std::string_view label, std::string_view text, std::size_t line)>;
  /// Whether a text is a whole document.
  using IsWhole = std::function<bool(std::string_view text)>;

  Demultiplexer(Take take, IsWhole is_whole) : take_(std::move(take)), is_whole_(std::move(is_whole)) {}

  /// More of the stream, in pieces of any size.
  void add(std::string_view text);
  /// At the end of the stream: takes what is left.
  void finish();

  std::size_t lines() const { return line_; }
  /// Lines without a label, and of labels that wrote more than `most_pending` together without an end.
  std::size_t stray_lines() const { return stray_; }
  /// Whether pieces of one line have come apart, as `srun -l` does it.
  bool were_cut() const { return were_cut_; }

  static constexpr std::size_t most_pending = std::size_t{1} << 30;  ///< bytes

 private:
  struct Pending {
    std::string text;
    std::size_t line = 0, next_try = 0;
  };

  void add_line(std::string_view line);

  Take take_;
  IsWhole is_whole_;
  std::map<std::string, Pending, std::less<>> pending_;
  std::string rest_;  ///< the beginning of a line
  std::size_t line_ = 0, stray_ = 0, size_ = 0;
  bool were_cut_ = false;
};

}  // namespace rigfit
