#pragma once

#include <string>
#include <string_view>

namespace rigfit {

/// "01:00.0", "0000:01:00.0" or "10000:E1:00.0" → as sysfs spells it, "0000:01:00.0"; empty for anything else, as
/// "0000:xx:00.0" of a listing whose owner crossed it out.
std::string pci_address(std::string_view word);

}  // namespace rigfit
