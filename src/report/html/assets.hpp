#pragma once

#include <string_view>

namespace rigfit {

// The files of this folder, compiled in by CMakeLists.txt.
extern const std::string_view page_html, page_style, page_script;
/// SHA-256 of the latter two, in hexadecimal: a content security policy names what it lets in.
extern const std::string_view page_style_sha256, page_script_sha256;

}  // namespace rigfit
