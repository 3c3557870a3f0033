#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/platform.hpp"
#include "report/report.hpp"

namespace rigfit {

enum class Tint { plain, strong, faint, good, bad, doubtful, title };

struct Cell {
  std::string text;
  Tint tint = Tint::plain;
};

struct Column {
  bool to_right = false;  ///< numbers
  bool may_wrap = false;  ///< takes the width that the others leave
};

/// Text that is laid out as it is written: headings, paragraphs, tables. Everything passes through `clean`, so that no
/// text of a stranger's machine reaches the terminal as a command.
class Page {
 public:
  explicit Page(const TextStyle& style);

  /// A heading after an empty line.
  void heading(std::string_view text);
  void blank();
  /// Wrapped lines; those after the first are indented by `hang` columns more.
  void paragraph(std::string_view text, int indent = 0, int hang = 0, Tint tint = Tint::plain);
  void bullet(std::string_view text, int indent = 2);
  /// A label and wrapped text beside it.
  void field(std::string_view label, std::string_view text, int label_width, int indent = 0, Tint tint = Tint::plain);
  /// A line to be copied: never wrapped.
  void command(std::string_view text, int indent);
  /// The same behind a label.
  void labelled_command(std::string_view label, std::string_view text, int label_width);
  /// Columns two spaces apart, as wide as their widest cell; those that may wrap share what is left of the line.
  void table(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows, int indent = 0);

  int width() const { return style_.width; }
  bool verbose() const { return style_.verbose; }
  std::string take();

 private:
  void put(std::string_view cleaned, Tint tint);
  void end_line();

  TextStyle style_;
  std::string text_;
};

Tint tint_of(State state);
Tint tint_of_severity(std::string_view severity);

}  // namespace rigfit
