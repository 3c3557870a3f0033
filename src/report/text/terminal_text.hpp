#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// `text` as one line that is safe to send to a terminal: control characters, escape sequences' first byte, line and
/// paragraph separators and the marks that reverse the direction of writing become U+FFFD; line breaks and tabs become
/// spaces; what is not UTF-8 becomes U+FFFD.
std::string clean(std::string_view text);

/// `text` in ASCII: "x" for a multiplication sign, "..." for an ellipsis and so on, "?" for what has no likeness.
std::string to_ascii(std::string_view text);

/// Columns that UTF-8 text takes on a terminal: 2 for East Asian wide and fullwidth characters and emoji, 0 for
/// combining ones (Unicode Standard Annex 11, https://www.unicode.org/reports/tr11/).
int width_of(std::string_view text);

/// Of the 24 rows of a terminal the shell's prompt takes one.
constexpr int screen_rows = 23;
/// Rows that lines take on a terminal, which goes on in the next row with what is longer than one.
int rows_on_terminal(std::string_view lines, int width);

/// `text` broken at spaces into lines of at most `width` columns, the first of at most `first`; a word that is longer
/// is cut, unless it is an address, which has to stay whole to be of use. At least one line.
std::vector<std::string> wrap(std::string_view text, int width, int first);
inline std::vector<std::string> wrap(std::string_view text, int width) { return wrap(text, width, width); }

/// JSON text with the characters that a terminal would act upon (DEL, C1 controls, direction marks) written as \u
/// escapes.
std::string escape_for_terminal(std::string_view json);

}  // namespace rigfit
