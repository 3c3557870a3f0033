#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace rigfit {

inline constexpr std::string_view block_begin = "<!-- rigfit:begin -->", block_end = "<!-- rigfit:end -->";

/// `document` with `block` between its two marks, each of which has a line for itself, in the place of what stood
/// there, and an empty line above and below it. Everything else stays as it is, byte by byte; the lines of the block
/// end as those of the marks do. The error says what is wrong with the marks.
tl::expected<std::string, std::string> with_block(std::string_view document, std::string_view block);

}  // namespace rigfit
