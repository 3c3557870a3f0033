#pragma once

#include "report/html/template.hpp"
#include "report/report.hpp"

namespace rigfit {

/// One page that holds all of a report and needs nothing else, not even scripts.
Filled filled_page(const Report& report);

}  // namespace rigfit
