#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// A parser of text from a machine, for tests of all of them: none may crash, hang, or tell of more than a text can
/// hold.
struct TextParser {
  const char* name;
  const char* family;    ///< parsers that are fuzzed together
  const char* fixtures;  ///< folder of real recordings that hold such text; empty for none
  std::function<std::size_t(std::string_view)> parse;  ///< tells how many things it found
  std::string sample;                                  ///< small, written for this, and understood
};

std::vector<TextParser> text_parsers();

}  // namespace rigfit
