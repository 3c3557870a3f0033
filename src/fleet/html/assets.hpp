#pragma once

#include <string_view>

namespace rigfit {

// The files of this folder, compiled in by CMakeLists.txt. What the page looks like beside that is the style of a
// report's page.
extern const std::string_view fleet_html, fleet_style, fleet_script;
/// SHA-256 of the latter two, in hexadecimal.
extern const std::string_view fleet_style_sha256, fleet_script_sha256;

}  // namespace rigfit
