#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "probes/python/frameworks.hpp"

namespace rigfit {

/// What `pip list`, `pip freeze`, `uv pip list` (as tables, lines or JSON) and `conda list` print.
std::vector<NamedPackage> parse_package_listing(std::string_view text);

/// The keys of such listings that a recording holds: "command:pip list". None of them is run.
std::vector<std::string> recorded_package_listings(const Evidence& evidence);

/// "3.12" of a recorded `python3 --version`, with its key; empty where there is none.
struct RecordedPython {
  std::string version, key;
};
RecordedPython recorded_python(const Evidence& evidence);

}  // namespace rigfit
