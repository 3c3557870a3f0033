#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rigfit {

std::string_view trimmed(std::string_view text);

/// `text` without a byte order mark before it, as PowerShell writes texts.
std::string_view without_byte_order_mark(std::string_view text);

/// Takes the first line off `text`: what it returns is without its end ("\r\n" too).
std::string_view next_line(std::string_view& text);

/// The lines of `text`, without line ends ("\r\n" too) and without a byte order mark before them.
std::vector<std::string_view> lines_of(std::string_view text);

/// Runs of anything but white space.
std::vector<std::string_view> words_of(std::string_view text);

/// The pieces between `separator`s, trimmed.
std::vector<std::string_view> split(std::string_view text, char separator);

/// "key : value" → both trimmed; empty when there is no `separator`.
std::optional<std::pair<std::string_view, std::string_view>> key_value(std::string_view line, char separator = ':');

/// A whole decimal (or, with 0x or `base` 16, hexadecimal) number and nothing else, within 64 bits.
std::optional<std::int64_t> whole_number(std::string_view text, int base = 10);

/// The number a text begins with: "16376 MiB" → 16376. Empty for "[N/A]", "ERR!" and the like.
std::optional<std::int64_t> leading_number(std::string_view text);

/// "8096681984", "16376 MiB", "64289 MB", "96 GiB", "2048 kB" → bytes; MB and GB count as MiB and GiB, as vendors'
/// tools mean them.
std::optional<std::int64_t> size_bytes(std::string_view text);

/// Hexadecimal digits and nothing else, at least one.
bool is_hex(std::string_view text);

std::string lower(std::string_view text);
bool contains(std::string_view text, std::string_view part);

/// What a tool prints where it does not know: empty, "N/A", "[N/A]", "[Not Supported]", "ERR!", "[Unknown Error]",
/// "None" …
bool says_nothing(std::string_view text);

/// How many numbers a list like "0-3,7" names; capped at 65536. Empty for what is no such list.
std::optional<std::int64_t> count_of_ranges(std::string_view text);

}  // namespace rigfit
