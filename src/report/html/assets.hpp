#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace rigfit {

/// A file that stands in a page.
struct PageFile {
  std::string_view text;
  std::string_view sha256;  ///< in hexadecimal: a content security policy names what it lets in
};

/// The files of one page, compiled in by embed_page.cmake.
struct PageAssets {
  std::string_view html;
  PageFile style, script;  ///< `script.text` is empty for a page without one
};

extern const PageAssets page_assets, builds_assets;

/// What head.html and the end of a page are filled with as it is: the styles, one behind the other, the script, and
/// that the page takes nothing else.
std::map<std::string, std::string, std::less<>> page_constants(std::initializer_list<PageFile> styles,
                                                               const PageFile& script);

}  // namespace rigfit
