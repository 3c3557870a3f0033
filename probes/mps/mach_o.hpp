#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rigfit {

/// Most of a file that is read for its Mach-O header: room for the table of a program for a handful of processors.
inline constexpr std::size_t mach_o_head = 256;

/// The processors that a program of macOS is for, from the first bytes of its file: "arm64", "arm64e", "x86_64",
/// "i386", "ppc", "ppc64"; several for a universal program. Empty for what is no Mach-O file (a script, a Java class).
/// https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/fat.h and loader.h
std::vector<std::string> parse_mach_o(std::string_view head);

}  // namespace rigfit
