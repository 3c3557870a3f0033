#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"

namespace rigfit {

/// A Python package as pip leaves it on disk: a folder NAME-VERSION.dist-info among the packages of one environment.
/// https://packaging.python.org/en/latest/specifications/recording-installed-packages/
struct InstalledPackage {
  std::string name;     ///< as the folder spells it, in lower case: "jax_metal"
  std::string version;  ///< "0.0.44.1", "2.9.0+cpu"
  std::string folder;   ///< the site-packages or dist-packages it lies in
};

/// "jaxlib-0.11.0.dist-info" → name and version; empty for anything else.
std::optional<InstalledPackage> parse_dist_info(std::string_view name);

/// The environment that is active and the user's own packages, where the evidence names them. The folders of the
/// system are the python probe's to ask for.
Requests active_environment(const Evidence& evidence);

/// Every package in any site-packages or dist-packages folder that the evidence lists.
std::vector<InstalledPackage> installed_packages(const Evidence& evidence);

}  // namespace rigfit
