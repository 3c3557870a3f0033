#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rigfit::markdown {

/// A piece of a line of GitHub-flavored Markdown. It can be made only from plain text, which is escaped here and
/// nowhere else, so that no text of a stranger's machine becomes markup, HTML, a link or a mention.
class Inline {
 public:
  Inline() = default;
  const std::string& source() const { return source_; }
  bool empty() const { return source_.empty(); }
  Inline& operator+=(const Inline& other);

  friend Inline text(std::string_view plain);
  friend Inline strong(std::string_view plain);
  friend Inline code(std::string_view plain);
  friend Inline link(std::string_view plain, std::string_view url);

 private:
  explicit Inline(std::string source) : source_(std::move(source)) {}
  std::string source_;
};

Inline text(std::string_view plain);
Inline strong(std::string_view plain);
/// A code span; plain text where a table could not hold it.
Inline code(std::string_view plain);
/// A sentence whose `commands` stand between backticks as code; with an odd number of them all is plain text.
Inline prose(std::string_view sentence);
/// Plain text where `url` is no http(s) address.
Inline link(std::string_view plain, std::string_view url);
Inline operator+(Inline a, const Inline& b);

struct Column {
  Inline title;
  bool to_right = false;
};

/// A document that is written from its top. Blocks are separated by one empty line.
class Document {
 public:
  void heading(int level, const Inline& title);
  void paragraph(const Inline& line);
  /// Items that follow each other are one list.
  void bullet(const Inline& line);
  void numbered(std::size_t number, const Inline& line);
  /// Cells that a row lacks are empty.
  void table(const std::vector<Column>& columns, const std::vector<std::vector<Inline>>& rows);
  /// Lines to be copied. `language` is one of ours.
  void code_block(std::string_view language, const std::vector<std::string>& lines);
  /// What follows is folded below `summary`, until `end_fold`.
  void begin_fold(std::string_view summary);
  void end_fold();

  std::string take() { return std::move(source_); }

 private:
  enum class Block { none, list, other };
  void begin(Block block);

  std::string source_;
  Block last_ = Block::none;
};

}  // namespace rigfit::markdown
