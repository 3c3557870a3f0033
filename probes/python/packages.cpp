#include "probes/python/packages.hpp"

#include "probes/parse/text.hpp"

namespace rigfit {

std::optional<InstalledPackage> parse_dist_info(std::string_view name) {
  constexpr std::string_view ending = ".dist-info";
  if (!name.ends_with(ending)) return std::nullopt;
  name.remove_suffix(ending.size());
  const std::size_t dash = name.find('-');
  if (dash == 0 || dash == name.npos || dash + 1 == name.size()) return std::nullopt;
  return InstalledPackage{lower(name.substr(0, dash)), std::string(name.substr(dash + 1)), ""};
}

Requests active_environment(const Evidence& evidence) {
  Requests requests{env("VIRTUAL_ENV"), env("CONDA_PREFIX"), list("~/.local/lib/python3*/site-packages")};
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"})
    if (const std::string_view folder = trimmed(evidence.env(variable).text); !folder.empty() && folder.size() < 4096)
      requests.push_back(list(std::string(folder) + "/lib/python3*/site-packages"));
  return requests;
}

std::vector<InstalledPackage> installed_packages(const Evidence& evidence) {
  std::vector<InstalledPackage> packages;
  for (auto it = evidence.answers.lower_bound("list:"); it != evidence.answers.end() && it->first.starts_with("list:");
       ++it) {
    if (!it->first.ends_with("/site-packages") && !it->first.ends_with("/dist-packages")) continue;
    for (const std::string& name : it->second.names)
      if (auto package = parse_dist_info(name)) {
        package->folder = it->first.substr(5);
        packages.push_back(std::move(*package));
      }
  }
  return packages;
}

}  // namespace rigfit
