#pragma once

#include <string_view>

#include "evidence/answer.hpp"

namespace rigfit {

/// Why a request for a link fails where a plain file is: part of the machine file's format.
inline constexpr std::string_view not_a_link = "not a symbolic link";

/// Whether the answer to a request for a link shows that something is there: a link, or a plain file.
inline bool shows_a_file(const Answer& link) {
  return link.found() || (link.outcome == Outcome::failed && link.why == not_a_link);
}

}  // namespace rigfit
