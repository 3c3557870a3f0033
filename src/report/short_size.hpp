#pragma once

#include <cstdint>
#include <string>

namespace rigfit {

/// "24 GiB", "23.5 GiB", "512 MiB": as size_text(), without ".0". At 100 GiB and more whole numbers.
std::string short_size(std::int64_t bytes);
/// "62 of 64 GiB": two sizes, the unit once where it is the same.
std::string part_of_size(std::int64_t part, std::int64_t whole);

}  // namespace rigfit
