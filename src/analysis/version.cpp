#include "analysis/version.hpp"

namespace rigfit {

std::string_view tool_version() { return RIGFIT_VERSION; }

}  // namespace rigfit
