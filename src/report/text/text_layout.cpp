#include "report/text/text_layout.hpp"

#include <algorithm>

#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

// Select Graphic Rendition, ECMA-48 8.3.117. No yellow and no cyan, which vanish on a light background, and no blue,
// which does on a dark one.
std::string_view code_of(Tint tint) {
  switch (tint) {
    case Tint::strong:
      return "\x1b[1m";
    case Tint::faint:
      return "\x1b[2m";
    case Tint::good:
      return "\x1b[32m";
    case Tint::bad:
      return "\x1b[31m";
    case Tint::doubtful:
      return "\x1b[35m";
    case Tint::title:
      return "\x1b[1m";
    case Tint::plain:
      break;
  }
  return "";
}

std::string spaces(int count) { return std::string(static_cast<std::size_t>(std::max(count, 0)), ' '); }

/// Widths of a table's columns: natural ones, and where the line is too short those that may wrap give way, the widest
/// first.
std::vector<int> column_widths(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
                               int available) {
  constexpr int least = 10;
  std::vector<int> widths(columns.size());
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c)
      widths[c] = std::max(widths[c], width_of(clean(row[c].text)));
  int total = 2 * (static_cast<int>(columns.size()) - 1);
  for (const int width : widths) total += width;
  while (total > available) {
    std::size_t widest = columns.size();
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (columns[c].may_wrap && widths[c] > least && (widest == columns.size() || widths[c] > widths[widest]))
        widest = c;
    if (widest == columns.size()) break;
    --widths[widest];
    --total;
  }
  return widths;
}

}  // namespace

Page::Page(const TextStyle& style) : style_(style) { style_.width = std::clamp(style.width, 40, 400); }

std::string Page::take() { return style_.ascii ? to_ascii(text_) : std::move(text_); }

void Page::put(std::string_view cleaned, Tint tint) {
  const bool coloured = style_.colour && tint != Tint::plain && !cleaned.empty();
  if (coloured) text_ += code_of(tint);
  text_ += cleaned;
  if (coloured) text_ += "\x1b[0m";
}

void Page::end_line() {
  while (text_.ends_with(' ')) text_.pop_back();
  text_ += '\n';
}

void Page::blank() {
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
}

void Page::heading(std::string_view text) {
  blank();
  for (const std::string& line : wrap(clean(text), style_.width)) {
    put(line, Tint::title);
    end_line();
  }
}

void Page::paragraph(std::string_view text, int indent, int hang, Tint tint) {
  int margin = indent;
  for (const std::string& line : wrap(clean(text), style_.width - indent - hang, style_.width - indent)) {
    text_ += spaces(margin);
    put(line, tint);
    end_line();
    margin = indent + hang;
  }
}

void Page::bullet(std::string_view text, int indent) { paragraph("- " + std::string(text), indent, 2); }

void Page::field(std::string_view label, std::string_view text, int label_width, int indent, Tint tint) {
  std::string name = clean(label);
  const int used = indent + std::max(label_width, width_of(name) + 1);
  text_ += spaces(indent);
  put(name, Tint::strong);
  text_ += spaces(used - indent - width_of(name));
  bool first = true;
  for (const std::string& line : wrap(clean(text), style_.width - used)) {
    if (!first) text_ += spaces(used);
    put(line, tint);
    end_line();
    first = false;
  }
}

void Page::command(std::string_view text, int indent) {
  text_ += spaces(indent);
  put(clean(text), Tint::strong);
  end_line();
}

void Page::labelled_command(std::string_view label, std::string_view text, int label_width) {
  const std::string name = clean(label);
  put(name, Tint::strong);
  text_ += spaces(label_width - width_of(name));
  put(clean(text), Tint::strong);
  end_line();
}

void Page::table(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows, int indent) {
  const std::vector<int> widths = column_widths(columns, rows, style_.width - indent);
  for (const auto& row : rows) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::string text = c < row.size() ? clean(row[c].text) : "";
      cells.push_back(columns[c].may_wrap ? wrap(text, widths[c]) : std::vector<std::string>{text});
      height = std::max(height, cells.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
      text_ += spaces(indent);
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const std::string piece = line < cells[c].size() ? cells[c][line] : "";
        const int missing = widths[c] - width_of(piece);
        if (columns[c].to_right) text_ += spaces(missing);
        put(piece, c < row.size() ? row[c].tint : Tint::plain);
        if (!columns[c].to_right) text_ += spaces(missing);
        if (c + 1 < columns.size()) text_ += "  ";
      }
      end_line();
    }
  }
}

Tint tint_of(State state) {
  switch (state) {
    case State::ready:
    case State::proven:
      return Tint::good;
    case State::blocked:
      return Tint::bad;
    case State::unknown:
      return Tint::doubtful;
    case State::absent:
    case State::not_applicable:
      break;
  }
  return Tint::faint;
}

Tint tint_of_severity(std::string_view severity) {
  return severity == "error" ? Tint::bad : severity == "warning" ? Tint::doubtful : Tint::plain;
}

}  // namespace rigfit
