#include "probes/python/environments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "probes/parse/text.hpp"
#include "probes/python/interpreters.hpp"
#include "probes/python/package_listing.hpp"

namespace rigfit {
namespace {

struct Place {
  std::string_view name, library;
  bool is_interpreter = true;
};
constexpr std::array<Place, 7> places{{
    {"the user's site", "~/.local/lib", false},
    {"Miniconda", "~/miniconda3/lib"},
    {"Anaconda", "~/anaconda3/lib"},
    {"Miniforge", "~/miniforge3/lib"},
    {"/usr/local", "/usr/local/lib"},
    {"the system", "/usr/lib"},
    {"/opt/conda", "/opt/conda/lib"},
}};
// Beside those above, on a Mac: Homebrew's Python and python.org's.
constexpr std::array<Place, 2> places_of_a_mac{
    {{"Homebrew", "/opt/homebrew/lib"}, {"python.org", "/Library/Frameworks/Python.framework/Versions/Current/lib"}}};
struct Active {
  std::string_view name;
  const char* variable;
};
constexpr std::array<Active, 2> active{
    {{"the active virtual environment", "VIRTUAL_ENV"}, {"the active conda environment", "CONDA_PREFIX"}}};
// Each version that pyenv or uv installed has a folder of its own: 3.12.4, cpython-3.12.4-linux-x86_64-gnu.
constexpr std::array<std::string_view, 2> collections{"~/.pyenv/versions", "~/.local/share/uv/python"};

/// "3.12.4" → "3.12"; "cpython-3.12.4-linux-…" → "3.12"
std::string minor_version_in(std::string_view name) {
  const std::size_t at = name.find("3.");
  if (at == name.npos || (at != 0 && name[at - 1] != '-')) return "";
  std::size_t end = at + 2;
  while (end < name.size() && name[end] >= '0' && name[end] <= '9') ++end;
  return end > at + 2 ? std::string(name.substr(at, end - at)) : "";
}

/// The interpreter of the packages below `library`: that of the environment, or of the system.
std::string interpreter_of(const PythonEnvironment& environment, const std::string& version) {
  std::string named = "python" + (version.empty() ? "3" : version);
  if (!environment.is_interpreter) return named;
  const std::string prefix = environment.library.substr(0, environment.library.rfind('/'));
  if (prefix == "/usr" || prefix == "/usr/local") return "/usr/bin/" + named;
  const bool is_of_a_mac = std::any_of(places_of_a_mac.begin(), places_of_a_mac.end(),
                                       [&](const Place& place) { return place.library == environment.library; });
  return prefix + "/bin/" + (is_of_a_mac ? named : "python");
}

/// What `--python` names; empty: nothing.
std::string chosen_python(const Evidence& evidence) { return std::string(trimmed(evidence.env(python_variable).text)); }

/// The version that an interpreter's name tells: "3.12" of "/x/bin/python3.12".
std::string chosen_version(const Evidence& evidence) {
  const std::string path = chosen_python(evidence);
  return python_version_in(path.substr(path.rfind('/') + 1));
}

std::vector<PythonEnvironment> chosen_environments(const Evidence& evidence, const std::string& path) {
  const std::string prefix = prefix_of_python(path);
  const bool is_virtual = !evidence.env("VIRTUAL_ENV").text.empty(),
             is_conda = !evidence.env("CONDA_PREFIX").text.empty();
  const std::string name = is_virtual ? "the chosen virtual environment"
                           : is_conda ? "the chosen conda environment"
                                      : "the chosen Python";
  if (prefix != "/usr") return {{name, prefix + "/lib"}};
  return {{"the user's site", "~/.local/lib", false}, {name, "/usr/local/lib"}, {name, "/usr/lib"}};
}

}  // namespace

std::string prefix_of_python(const std::string& path) {
  const std::size_t slash = path.find_last_of("/\\");
  if (slash == path.npos || !lower(path.substr(slash + 1)).starts_with("python")) return path;
  const std::string folder = path.substr(0, slash);
  const std::size_t above = folder.find_last_of("/\\");
  const std::string name = above == folder.npos ? folder : lower(folder.substr(above + 1));
  if (name == "bin" || name == "scripts") return folder.substr(0, above);
  return path.ends_with(".exe") ? folder : path;  // conda on Windows has python.exe in the folder itself
}

std::vector<PythonEnvironment> python_environments(const Evidence& evidence) {
  constexpr std::size_t longest = 4096;
  if (const std::string path = chosen_python(evidence); !path.empty() && path.size() < longest)
    return chosen_environments(evidence, path);
  std::vector<PythonEnvironment> environments;
  for (const Active& one : active)
    if (const std::string_view folder = trimmed(evidence.env(one.variable).text);
        !folder.empty() && folder.size() < longest)
      environments.push_back({std::string(one.name), std::string(folder) + "/lib"});
  const auto add = [&](const Place& place) {
    environments.push_back({std::string(place.name), std::string(place.library), place.is_interpreter});
  };
  std::for_each(places.begin(), places.end(), add);
  if (evidence.os == "darwin") std::for_each(places_of_a_mac.begin(), places_of_a_mac.end(), add);
  return environments;
}

Requests python_place_requests() {
  Requests requests;
  for (const Active& one : active) requests.push_back(env(one.variable));
  for (const char* variable : {"PYTHONNOUSERSITE", "PYTHONPATH"}) requests.push_back(env(variable));
  for (const Place& place : places) requests.push_back(list(std::string(place.library)));
  for (const std::string_view collection : collections) requests.push_back(list(std::string(collection)));
  return requests;
}

Requests active_environment_requests(const Evidence& evidence) {
  Requests requests;
  for (const PythonEnvironment& environment : python_environments(evidence))
    requests.push_back(list(environment.library));
  return requests;
}

std::string key_of_packages(const std::string& path) {
  return path.starts_with("command:") ? path : key_of(Kind::list, path);
}

std::vector<PackageFolder> package_folders(const Evidence& evidence) {
  std::vector<PackageFolder> folders;
  const std::string only = chosen_version(evidence);
  if (chosen_python(evidence).empty())
    for (const std::string& key : recorded_package_listings(evidence))
      folders.push_back({key, fmt::format("what `{}` printed", key.substr(key.find(':') + 1)), "python3",
                         recorded_python(evidence).version});
  for (const PythonEnvironment& environment : python_environments(evidence))
    for (const std::string& name : evidence.list(environment.library).names) {
      if (!name.starts_with("python")) continue;
      // Debian's packages lie below python3, whatever its version.
      const std::string version = python_version_in(name);
      if (version.empty() && !(environment.library == "/usr/lib" && name == "python3")) continue;
      if (!only.empty() && !version.empty() && version != only) continue;
      for (const char* packages : {"/site-packages", "/dist-packages"})
        folders.push_back({fmt::format("{}/{}{}", environment.library, name, packages),
                           fmt::format("{}, Python {}", environment.name, version.empty() ? "3" : version),
                           interpreter_of(environment, version), version});
    }
  if (!chosen_python(evidence).empty()) return folders;
  for (const std::string_view collection : collections)
    for (const std::string& name : evidence.list(collection).names)
      if (const std::string version = minor_version_in(name); !version.empty())
        folders.push_back({fmt::format("{}/{}/lib/python{}/site-packages", collection, name, version),
                           fmt::format("{}, Python {}", collection, version),
                           fmt::format("{}/{}/bin/python", collection, name), version});
  return folders;
}

}  // namespace rigfit
