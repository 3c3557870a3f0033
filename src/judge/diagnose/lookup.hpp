#pragma once

#include "rules/book.hpp"

namespace rigfit {

/// Adds the facts that the rules' lookup tables tell, where they are unknown: of the host, of a platform, or of each
/// device. A key that the table does not have tells nothing.
void look_up_tables(const RuleBook& rules, Facts& facts);

}  // namespace rigfit
