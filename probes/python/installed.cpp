#include "probes/python/installed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "fact_names/installed.hpp"
#include "probes/parse/text.hpp"
#include "probes/python/environments.hpp"
#include "probes/python/frameworks.hpp"
#include "probes/python/library_path.hpp"

namespace rigfit {
namespace {

constexpr std::array<std::string_view, 10> frameworks{
    "torch",     "jax", "jaxlib",      "tensorflow",      "tensorflow-cpu",
    "torch-xla", "mlx", "onnxruntime", "onnxruntime-gpu", "llama-cpp-python"};
// What the rules on packages that belong together speak of; the rest of an environment is nobody's business.
constexpr std::array<std::string_view, 10> kept{"torch",   "jax",    "tensorflow", "numpy",       "libtpu",
                                                "nvidia-", "triton", "mlx",        "onnxruntime", "llama-cpp-python"};

bool is_framework(const NamedPackage& package) {
  return std::find(frameworks.begin(), frameworks.end(), package.name) != frameworks.end();
}

bool is_kept(const NamedPackage& package) {
  return std::any_of(kept.begin(), kept.end(), [&](std::string_view start) { return package.name.starts_with(start); });
}

/// What Python puts before the packages of a conda environment, or of the system: those of the user's own site for the
/// same Python. Virtual environments leave it out. https://docs.python.org/3/library/site.html
void read_shadowed(const Evidence& evidence, const PackageFolder& folder, const std::vector<NamedPackage>& packages,
                   HostFacts& facts) {
  const bool is_conda = contains(folder.where, "conda") || contains(folder.where, "Miniforge");
  if (!is_conda || folder.version.empty() || evidence.env("PYTHONNOUSERSITE").found()) return;
  const std::string site = fmt::format("~/.local/lib/python{}/site-packages", folder.version);
  std::vector<std::string> shadowed;
  for (const NamedPackage& own : packages_in(evidence, site))
    for (const NamedPackage& hidden : packages)
      if (own.name == hidden.name && is_kept(own) && own.version.text() != hidden.version.text())
        shadowed.push_back(fmt::format("{} {} hides {}", own.name, own.version.text(), hidden.version.text()));
  if (!shadowed.empty())
    facts.set(fact::installed::shadowed, std::move(shadowed),
              {key_of(Kind::list, site), key_of(Kind::list, folder.path)});
}

/// PYTHONPATH with the packages of another environment, which then go before those of each one that is used.
void read_mixed(const Evidence& evidence, const PackageFolder& folder, HostFacts& facts) {
  std::vector<std::string> mixed;
  const char separator = evidence.os == "windows" ? ';' : ':';
  for (std::string_view place : split(evidence.env("PYTHONPATH").text, separator)) {
    place = trimmed(place);
    while (place.ends_with('/') || place.ends_with('\\')) place.remove_suffix(1);
    const bool is_packages = place.ends_with("site-packages") || place.ends_with("dist-packages");
    if (is_packages && place != folder.path) mixed.emplace_back(place);
  }
  if (!mixed.empty()) facts.set(fact::installed::path_mixed, std::move(mixed), {"env:PYTHONPATH"});
}

bool has_package(const std::vector<NamedPackage>& packages, std::string_view name) {
  return std::any_of(packages.begin(), packages.end(),
                     [&](const NamedPackage& package) { return package.name == name; });
}

/// llama-cpp-python has one library for each kind of device that it was built for: libggml-cuda.so, ggml-cuda.dll.
/// Before 0.3 all was in one, which tells nothing. https://github.com/abetlen/llama-cpp-python
void read_llama(const Evidence& evidence, const PackageFolder& folder, HostFacts& facts) {
  const std::string library = folder.path + "/llama_cpp/lib";
  std::vector<std::string> backends;
  for (std::string_view name : evidence.list(library).names) {
    if (name.starts_with("lib")) name.remove_prefix(3);
    constexpr std::string_view start = "ggml-";
    if (!name.starts_with(start)) continue;
    name.remove_prefix(start.size());
    name = name.substr(0, name.find('.'));
    if (name != "base") backends.emplace_back(name.substr(0, name.find('-')));
  }
  if (!backends.empty()) facts.set(fact::installed::llama_backends, std::move(backends), {key_of(Kind::list, library)});
}

}  // namespace

void read_installed(const Evidence& evidence, HostFacts& facts) {
  for (const PackageFolder& folder : package_folders(evidence)) {
    if (!may_hold_frameworks(evidence, folder.path)) continue;
    const std::vector<NamedPackage> packages = packages_in(evidence, folder.path);
    if (std::none_of(packages.begin(), packages.end(), is_framework)) continue;
    const std::vector<std::string> source{key_of_packages(folder.path)};
    std::vector<std::string> named;
    for (const NamedPackage& package : packages)
      if (is_kept(package)) named.push_back(package.name + " " + package.version.text());
    facts.set(fact::installed::packages, std::move(named), source);
    facts.set(fact::installed::where, folder.where, source);
    facts.set(fact::installed::python, folder.python, source);
    if (const auto version = Version::parse(folder.version))
      facts.set(fact::installed::python_version, *version, source);
    read_mixed(evidence, folder, facts);
    read_library_path(evidence, packages, facts);
    if (has_package(packages, "llama-cpp-python")) read_llama(evidence, folder, facts);
    return read_shadowed(evidence, folder, packages, facts);
  }
}

}  // namespace rigfit
