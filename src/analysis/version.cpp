#include "analysis/version.hpp"

#include "commit.hpp"

namespace rigfit {

std::string_view tool_version() { return RIGFIT_VERSION; }

std::string_view tool_commit() { return RIGFIT_COMMIT; }

}  // namespace rigfit
