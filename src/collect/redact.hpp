#pragma once

#include <string>
#include <string_view>

#include "evidence/request.hpp"

namespace rigfit {

/// The pieces of `text` that the request wants kept. Of a log, a message is kept from where it matches on,
/// once, cut at 300 characters and without the names and numbers of processes.
std::string kept(std::string_view text, const Request& request);

}  // namespace rigfit
