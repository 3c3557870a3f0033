#pragma once

#include <string_view>

#include "facts/platform.hpp"

namespace rigfit {

/// The device at a PCI address, as sysfs writes it; null where there is none.
Device* device_at(Platform& platform, std::string_view address);

}  // namespace rigfit
