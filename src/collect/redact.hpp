#pragma once

#include <string>
#include <string_view>

#include "evidence/request.hpp"

namespace rigfit {

/// The pieces of `text` that the request wants kept, and known complaints of the program that printed it. Of a log, a
/// message is kept from where it matches on, once, cut at 300 characters and without the names and numbers of
/// processes.
std::string kept(std::string_view text, const Request& request);

/// Of what a program (empty: `rigfit ask`) said on stderr, the lines that are known to name nobody: the loader's, those
/// of `rigfit ask` itself, and the known complaints of the program. In them UUIDs, hardware addresses and long numbers
/// are crossed out. A last line counts those that were left out.
std::string kept_complaints(std::string_view err, std::string_view program);

/// What a program printed on stdout, without what it lists beside what was asked for.
std::string kept_output(std::string_view program, std::string text);

/// What the text of a file of the live system or of a tree may say beyond what is asked of it, left out: of mounts all
/// but those that show a container or a limit, and where they are from; who built the kernel or a
/// module; comments of modprobe.d.
std::string without_strangers(std::string_view path, std::string text);

}  // namespace rigfit
