#pragma once

#include "report/html/assets.hpp"

namespace rigfit {

/// The files of this folder, compiled in by CMakeLists.txt. What the page looks like beside that is the style of a
/// report's page.
extern const PageAssets fleet_assets;

}  // namespace rigfit
