#pragma once

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/common_options.hpp"

namespace rigfit {

/// The names of a command's formats, in their order.
template <class Format>
std::vector<std::string> names_of_formats(std::span<const Format> formats) {
  std::vector<std::string> names;
  for (const Format& format : formats) names.emplace_back(format.name);
  return names;
}

/// One of a command's formats; throws WrongUsage where none is called so.
template <class Format>
const Format& format_meant(std::span<const Format> formats, const std::string& name) {
  for (const Format& format : formats)
    if (format.name == name) return format;
  refuse("--format", names_of_formats(formats), name);
}

/// --format, with one of `formats`, whose first is the default.
template <class Format>
void add_format(Options& options, std::span<const Format> formats, const Format*& chosen) {
  std::vector<std::string> names = names_of_formats(formats);
  names.front() += " (default)";
  options.value("--format", "FORMAT", listed_choice(names),
                [formats, &chosen](const std::string& name) { chosen = &format_meant(formats, name); });
  options.offer(names_of_formats(formats));
}

/// --into and --check, beside add_format() and add_output(): for formats that say which of them is Markdown.
template <class Format>
void add_into(Options& options, Tell& tell, std::span<const Format> formats, const Format*& chosen) {
  add_into_options(options, tell);
  options.check([&tell, formats, &chosen] {
    if (tell.into.empty()) return;
    if (chosen == &formats.front()) chosen = &format_meant(formats, "markdown");
    if (!chosen->is_markdown)
      throw WrongUsage{fmt::format("--into is for Markdown, not for --format {}", chosen->name)};
  });
}

}  // namespace rigfit
