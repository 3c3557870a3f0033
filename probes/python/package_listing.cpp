#include "probes/python/package_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "probes/parse/json_fields.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::size_t most_packages = 10000;

void add(std::string_view name, std::string_view version, std::vector<NamedPackage>& packages) {
  if (packages.size() == most_packages || name.empty() || version.empty()) return;
  // As the folder of its metadata would be named, which makes the names alike.
  std::string folder(name);
  std::replace(folder.begin(), folder.end(), '-', '_');
  folder += "-" + std::string(version) + ".dist-info";
  if (auto package = parse_package_folder(folder)) packages.push_back(std::move(*package));
}

// [{"name": "torch", "version": "2.6.0+cu124"}]
void read_json(std::string_view text, std::vector<NamedPackage>& packages) {
  const nlohmann::json listed = nlohmann::json::parse(text, nullptr, false);
  if (!listed.is_array()) return;
  for (const nlohmann::json& one : listed)
    if (one.is_object()) add(json_text(one, "name"), json_text(one, "version"), packages);
}

/// Conda's own packages have names of their own; what pip put into its environment has the channel pypi.
std::string_view name_in_python(std::string_view name, bool is_of_conda) {
  return is_of_conda && (name == "pytorch" || name == "pytorch-cpu" || name == "pytorch-gpu") ? "torch" : name;
}

/// "+cu124" of a package that conda built for CUDA 12.4, "+cpu" of one for the CPU, as wheels would be named; its build
/// tells: "py3.10_cpu_0", "py3.12_cuda12.4_cudnn9.1.0_0", "cuda126_generic_py312_h5bd4e55_206".
std::string flavor_of_build(std::string_view build) {
  constexpr std::string_view cuda = "cuda";
  for (const std::string_view part : split(build, '_')) {
    if (part == "cpu") return "+cpu";
    if (!part.starts_with(cuda)) continue;
    std::string_view version = part.substr(cuda.size());
    version = version.substr(0, version.find_first_not_of("0123456789."));
    const std::size_t point = version.find('.');
    if (point == version.npos) return version.size() == 3 ? "+cu" + std::string(version) : "";
    if (point == 0 || point + 1 == version.size()) return "";
    return "+cu" + std::string(version.substr(0, point)) + std::string(version.substr(point + 1, 1));
  }
  return "";
}

}  // namespace

// Package            Version        |  torch==2.6.0+cu124  |  # Name      Version    Build                   Channel
// ------------------ -----------    |                      |  pytorch     2.5.1      py3.12_cuda12.4_cudnn9  pytorch
// torch              2.6.0+cu124    |                      |  numpy       2.1.3      pypi_0                  pypi
std::vector<NamedPackage> parse_package_listing(std::string_view text) {
  std::vector<NamedPackage> packages;
  if (trimmed(text).starts_with('[')) {
    read_json(text, packages);
    return packages;
  }
  const bool is_of_conda = contains(text, "# packages in environment") || contains(text, "# Name ");
  for (const std::string_view line : lines_of(text)) {
    if (line.starts_with('#') || line.starts_with('-')) continue;
    if (const std::size_t equal = line.find("=="); equal != line.npos) {
      add(trimmed(line.substr(0, equal)), trimmed(line.substr(equal + 2)), packages);
      continue;
    }
    const auto words = words_of(line);
    if (words.size() < 2 || words[1].front() < '0' || words[1].front() > '9') continue;
    const bool is_own = is_of_conda && !(words.size() > 3 && words[3] == "pypi");
    const std::string_view name = name_in_python(words[0], is_own);
    const bool has_flavor = is_own && name == "torch" && words.size() > 2 && !contains(words[1], "+");
    std::string flavor = has_flavor ? flavor_of_build(words[2]) : "";
    // conda-forge compiles for other GPUs than the project does for its own wheels and packages.
    if (flavor != "+cpu" && !(words.size() > 3 && words[3].ends_with("pytorch"))) flavor.clear();
    add(name, std::string(words[1]) + flavor, packages);
  }
  return packages;
}

std::vector<std::string> recorded_package_listings(const Evidence& evidence) {
  std::vector<std::string> keys;
  for (const char* program : {"pip", "pip3", "uv", "python3", "python", "conda", "mamba", "micromamba"})
    for (const auto& [line, answer] : evidence.commands(program)) {
      const auto words = words_of(line);
      const auto has = [&](std::string_view word) {
        return std::find(words.begin(), words.end(), word) != words.end();
      };
      const bool is_of_pip = !line.starts_with("uv") && !line.starts_with("python") ? true : has("pip");
      if (is_of_pip && (has("list") || has("freeze")) && !answer->text.empty())
        keys.push_back("command:" + std::string(line));
    }
  return keys;
}

RecordedPython recorded_python(const Evidence& evidence) {
  for (const char* line : {"python3 --version", "python --version", "python3 -V", "python -V"}) {
    const std::string key = "command:" + std::string(line);
    const auto words = words_of(evidence.at(key).text);
    if (words.size() >= 2 && words[0] == "Python" && words[1].starts_with("3."))
      if (const auto version = Version::parse(words[1]))
        return {fmt::format("{}.{}", version->part(0), version->part(1)), key};
  }
  return {};
}

}  // namespace rigfit
