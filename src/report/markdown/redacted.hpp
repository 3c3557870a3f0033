#pragma once

#include <string>
#include <string_view>

namespace rigfit {

/// `text` without what could name a person or one machine, for places that everybody reads: home folders become "~",
/// UUIDs (of GPUs too), hardware addresses and e-mail addresses are crossed out. What `rigfit` collects itself holds
/// none of these; a recording from elsewhere, or a message that is quoted, may.
std::string redacted(std::string_view text);

}  // namespace rigfit
