#pragma once

#include <map>
#include <string>
#include <tl/expected.hpp>

#include "cli/options/common_options.hpp"
#include "evidence/answer.hpp"

namespace rigfit {

/// The answers that make the Python which --python names the active one, and tell the probes that it alone is meant;
/// none when the option was not given. The error is a sentence.
tl::expected<std::map<std::string, Answer>, std::string> answers_of_python(const Look& look);

}  // namespace rigfit
