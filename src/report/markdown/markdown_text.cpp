#include "report/markdown/markdown_text.hpp"

#include <algorithm>

#include "report/html/html_text.hpp"
#include "report/text/terminal_text.hpp"
#include "text/utf8.hpp"

namespace rigfit::markdown {
namespace {

/// Longer texts are no names or sentences, and would only bury the rest.
constexpr std::size_t longest_text = 1000, longest_code = 8000;

/// U+2060, which is not seen: GitHub takes "@name" and "#1" for mentions even where they are escaped.
constexpr std::string_view word_joiner = "\xe2\x81\xa0";

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// One line of UTF-8 that no terminal acts upon, without spaces at its ends, cut where it is too long.
std::string plain_line(std::string_view text, std::size_t longest) {
  std::string line = clean(text);
  if (line.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
    line = line.substr(0, end) + "…";
  }
  const std::size_t first = line.find_first_not_of(' ');
  return first == line.npos ? "" : line.substr(first, line.find_last_not_of(' ') - first + 1);
}

/// Whether the character at `at` would mean something inside a line.
bool is_special(std::string_view line, std::size_t at) {
  const char c = line[at], next = at + 1 < line.size() ? line[at + 1] : '\0', before = at > 0 ? line[at - 1] : '\0';
  switch (c) {
    case '\\':
    case '`':
    case '*':
    case '[':
    case ']':
    case '<':
    case '>':
    case '|':
    case '~':
    case '$':
    case '{':
    case '}':
      return true;
    case '_':  // between letters it never begins emphasis
      return !is_alphanumeric(before) || !is_alphanumeric(next);
    case '&':
      return next == '#' || is_alphanumeric(next);
    case ':':  // of an address that would become a link
      return next == '/' || line.substr(0, at).ends_with("mailto") || line.substr(0, at).ends_with("xmpp");
    case '.':
      return line.substr(0, at).ends_with("www") || line.substr(0, at).ends_with("WWW");
    default:
      return false;
  }
}

std::string escaped(std::string_view line) {
  std::string result;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (is_special(line, at)) result += '\\';
    result += line[at];
    if ((line[at] == '@' || line[at] == '#') && at + 1 < line.size() && is_alphanumeric(line[at + 1]))
      result += word_joiner;
  }
  return result;
}

/// The line with the force taken out of a first character that would begin a heading, a list, a rule or a directive.
std::string as_start_of_block(const std::string& line) {
  if (line.empty()) return line;
  if (std::string_view("#-+=:!").find(line[0]) != std::string_view::npos) return "\\" + line;
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  if (digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')'))
    return line.substr(0, digits) + "\\" + line.substr(digits);
  return line;
}

std::string_view without_spaces(std::string_view line) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

}  // namespace

Inline& Inline::operator+=(const Inline& other) {
  source_ += other.source_;
  return *this;
}

Inline operator+(Inline a, const Inline& b) { return a += b; }

Inline text(std::string_view plain) {
  // Spaces at the ends are those between two pieces of a line.
  const std::string line = plain_line(plain, longest_text);
  return Inline((plain.starts_with(' ') ? " " : "") + escaped(line) +
                (plain.ends_with(' ') && !line.empty() ? " " : ""));
}

Inline strong(std::string_view plain) {
  const std::string line = plain_line(plain, longest_text);
  return line.empty() ? Inline() : Inline("**" + escaped(line) + "**");
}

Inline code(std::string_view plain) {
  const std::string line = plain_line(plain, longest_text);
  if (line.empty() || line.find_first_of("|`") != line.npos) return text(plain);
  return Inline("`" + line + "`");
}

Inline prose(std::string_view sentence) {
  if (std::count(sentence.begin(), sentence.end(), '`') % 2 != 0) return text(sentence);
  Inline line;
  for (bool is_code = false;; is_code = !is_code) {
    const std::size_t mark = sentence.find('`');
    const std::string_view piece = sentence.substr(0, mark);
    line += is_code ? code(piece) : text(piece);
    if (mark == sentence.npos) return line;
    sentence.remove_prefix(mark + 1);
  }
}

Inline link(std::string_view plain, std::string_view url) {
  const bool is_address = url.starts_with("https://") || url.starts_with("http://");
  if (!is_address || url.find_first_of(" \t\r\n<>()|\\`\"") != url.npos || clean(url) != url) return text(plain);
  return Inline("[" + escaped(plain_line(plain, longest_text)) + "](" + std::string(url) + ")");
}

void Document::begin(Block block) {
  if (last_ != Block::none && !(block == Block::list && last_ == Block::list)) source_ += '\n';
  last_ = block;
}

void Document::heading(int level, const Inline& title) {
  begin(Block::other);
  std::string line = title.source();
  if (line.ends_with('#')) line.insert(line.size() - 1, "\\");
  source_ += std::string(static_cast<std::size_t>(level), '#') + " " + line + "\n";
}

void Document::paragraph(const Inline& line) {
  if (line.empty()) return;
  begin(Block::other);
  source_ += as_start_of_block(std::string(without_spaces(line.source()))) + "\n";
}

void Document::bullet(const Inline& line) {
  begin(Block::list);
  source_ += "- " + as_start_of_block(std::string(without_spaces(line.source()))) + "\n";
}

void Document::numbered(std::size_t number, const Inline& line) {
  begin(Block::other);  // a step has its command below it
  source_ += std::to_string(number) + ". " + as_start_of_block(std::string(without_spaces(line.source()))) + "\n";
}

void Document::table(const std::vector<Column>& columns, const std::vector<std::vector<Inline>>& rows) {
  begin(Block::other);
  std::string title = "|", rule = "|";
  for (const Column& column : columns) {
    title += " " + column.title.source() + (column.title.empty() ? "|" : " |");
    rule += column.to_right ? " ---: |" : " --- |";
  }
  source_ += title + "\n" + rule + "\n";
  for (const std::vector<Inline>& row : rows) {
    source_ += "|";
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const std::string cell = c < row.size() ? row[c].source() : "";
      source_ += " " + cell + (cell.empty() ? "|" : " |");
    }
    source_ += "\n";
  }
}

void Document::code_block(std::string_view language, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  begin(Block::other);
  std::string body, fence = "```";
  for (const std::string& line : lines) {
    std::string shown = clean(line);
    if (shown.size() > longest_code) shown = plain_line(shown, longest_code);
    // A mark of a block that is kept up to date has to stay the only one.
    if (without_spaces(shown).starts_with("<!--")) shown.insert(shown.find("<!--") + 2, " ");
    body += shown + "\n";
  }
  while (body.find(fence) != body.npos) fence += '`';
  source_ += fence + std::string(language) + "\n" + body + fence + "\n";
}

void Document::begin_fold(std::string_view summary) {
  begin(Block::other);
  source_ += "<details>\n<summary>" + html_text(summary) + "</summary>\n";
}

void Document::end_fold() {
  begin(Block::other);
  source_ += "</details>\n";
}

}  // namespace rigfit::markdown
