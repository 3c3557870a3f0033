#include <fmt/format.h>

#include <algorithm>

#include "report/env/env.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// What an index is called in a file: "pytorch-cu126" of https://download.pytorch.org/whl/cu126.
std::string index_name(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  std::string host(url.substr(url.find("://") + 3));
  const std::string last(url.substr(url.rfind('/') + 1));
  host = host.substr(0, host.find('/'));
  const std::size_t dot = host.rfind('.');
  const std::size_t before = dot == host.npos || dot == 0 ? host.npos : host.rfind('.', dot - 1);
  std::string name = before == host.npos ? host.substr(0, dot) : host.substr(before + 1, dot - before - 1);
  if (last != host) name += "-" + last;
  std::string safe;
  for (const char c : name) safe += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ? c : '-';
  return safe;
}

/// Whether all that a build needs beside what it names is on PyPI too, so that its own index is asked for those alone.
/// The wheels for ROCm and XPU need packages of the same index.
bool is_index_for_named_packages(const EnvPlan& plan) {
  return !plan.index_url.empty() && (plan.build->platform == "cuda" || plan.build->platform == "cpu");
}

/// Indexes besides PyPI that are asked for every package.
std::vector<std::string> other_indexes(const EnvPlan& plan) {
  std::vector<std::string> urls = plan.extra_indexes;
  if (!plan.index_url.empty() && !is_index_for_named_packages(plan)) urls.insert(urls.begin(), plan.index_url);
  return urls;
}

std::string python_marker(const EnvPlan& plan) {
  const bool is_arm = plan.processor == "aarch64";
  const std::string_view system = plan.system == "darwin" ? "darwin" : plan.system == "windows" ? "win32" : "linux";
  const std::string machine = plan.system == "windows"            ? (is_arm ? "ARM64" : "AMD64")
                              : plan.system == "darwin" && is_arm ? "arm64"
                                                                  : plan.processor;
  std::string marker = fmt::format("sys_platform == '{}'", system);
  if (!machine.empty()) marker += fmt::format(" and platform_machine == '{}'", machine);
  return marker;
}

std::string conda_platform(const EnvPlan& plan) {
  const bool is_arm = plan.processor == "aarch64";
  if (plan.system == "darwin") return is_arm ? "osx-arm64" : "osx-64";
  if (plan.system == "windows") return is_arm ? "win-arm64" : "win-64";
  return is_arm ? "linux-aarch64" : "linux-64";
}

std::vector<std::string> all_in_quotes(const std::vector<std::string>& texts) {
  std::vector<std::string> all;
  for (const std::string& text : texts) all.push_back(in_quotes(text));
  return all;
}

/// The C library that wheels need, where it is newer than what pixi takes for granted (2.28).
std::string newer_glibc(const Build& build) {
  const Version usual = *Version::parse("2.28");
  for (const Requirement& need : build.needs) {
    if (need.name != "glibc") continue;
    for (const Condition* at : {&*need.when})
      for (const Condition& part : at->parts.empty() ? std::vector<Condition>{*at} : at->parts)
        for (const Value& wanted : part.wanted)
          if (const Version* version = std::get_if<Version>(&wanted); version && usual < *version)
            return version->text();
  }
  return "";
}

std::string pixi_package(const EnvPlan& plan, const PackageRequirement& package) {
  if (!package.url.empty()) return fmt::format("{} = {{ url = {} }}\n", package.name, in_quotes(package.url));
  const std::string version = package.version.empty() ? "*" : package.version;
  std::string more;
  if (!package.extras.empty()) more += fmt::format(", extras = [{}]", join(all_in_quotes(package.extras)));
  if (is_index_for_named_packages(plan)) more += fmt::format(", index = {}", in_quotes(plan.index_url));
  return more.empty() ? fmt::format("{} = {}\n", package.name, in_quotes(version))
                      : fmt::format("{} = {{ version = {}{} }}\n", package.name, in_quotes(version), more);
}

}  // namespace

/// https://docs.astral.sh/uv/concepts/projects/dependencies/ and https://docs.astral.sh/uv/reference/settings/
std::string env_uv(const EnvPlan& plan) {
  std::string text = comment_of(plan, "#", {"Use: save as pyproject.toml, then uv sync"});
  text += fmt::format("\n[project]\nname = {}\nversion = \"0.1.0\"\nrequires-python = \"=={}.*\"\ndependencies = [\n",
                      in_quotes(plan.name()), plan.python);
  for (const PackageRequirement& package : plan.packages) text += fmt::format("  {},\n", in_quotes(package.text));
  text += fmt::format("]\n\n[tool.uv]\npackage = false\nenvironments = [{}]\n", in_quotes(python_marker(plan)));
  if (!plan.find_links.empty()) text += fmt::format("find-links = [{}]\n", join(all_in_quotes(plan.find_links)));
  const std::vector<std::string> others = other_indexes(plan);
  // As pip does: the best version of all indexes, not the first index that has the package.
  if (!plan.extra_indexes.empty()) text += "index-strategy = \"unsafe-best-match\"\n";
  if (is_index_for_named_packages(plan)) {
    const std::string name = index_name(plan.index_url);
    text += fmt::format("\n[[tool.uv.index]]\nname = {}\nurl = {}\nexplicit = true\n\n[tool.uv.sources]\n",
                        in_quotes(name), in_quotes(plan.index_url));
    for (const PackageRequirement& package : plan.packages)
      if (package.url.empty()) text += fmt::format("{} = {{ index = {} }}\n", package.name, in_quotes(name));
  }
  for (const std::string& url : others)
    text += fmt::format("\n[[tool.uv.index]]\nname = {}\nurl = {}\n", in_quotes(index_name(url)), in_quotes(url));
  return text;
}

/// https://pip.pypa.io/en/stable/reference/requirements-file-format/
std::string env_pip(const EnvPlan& plan) {
  std::string text = comment_of(
      plan, "#", {fmt::format("Use, with Python {}: python -m pip install -r requirements.txt", plan.python)});
  if (!plan.index_url.empty()) text += "--index-url " + plan.index_url + "\n";
  for (const std::string& index : plan.extra_indexes) text += "--extra-index-url " + index + "\n";
  for (const std::string& links : plan.find_links) text += "--find-links " + links + "\n";
  for (const PackageRequirement& package : plan.packages) text += package.text + "\n";
  return text;
}

/// https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html
std::string env_conda(const EnvPlan& plan) {
  std::string text = comment_of(plan, "#", {"Use: conda env create -f environment.yml"});
  text += fmt::format(
      "name: {}\nchannels:\n  - conda-forge\n  - nodefaults\ndependencies:\n  - python={}\n  - pip\n  - pip:\n",
      plan.name(), plan.python);
  const auto add = [&](const std::string& line) { text += fmt::format("      - {}\n", in_quotes(line)); };
  if (!plan.index_url.empty()) add("--index-url " + plan.index_url);
  for (const std::string& index : plan.extra_indexes) add("--extra-index-url " + index);
  for (const std::string& links : plan.find_links) add("--find-links " + links);
  for (const PackageRequirement& package : plan.packages) add(package.text);
  return text;
}

/// https://pixi.prefix.dev/latest/reference/pixi_manifest/
std::string env_pixi(const EnvPlan& plan) {
  std::string text = comment_of(plan, "#", {"Use: save as pixi.toml, then pixi install"});
  text += fmt::format(
      "\n[workspace]\nname = {}\nchannels = [\"conda-forge\"]\nplatforms = [{}]\n\n[dependencies]\npython = "
      "\"{}.*\"\n",
      in_quotes(plan.name()), in_quotes(conda_platform(plan)), plan.python);
  if (const std::string glibc = newer_glibc(*plan.build); !glibc.empty() && plan.system == "linux")
    text += fmt::format("\n[system-requirements]\nlibc = {{ family = \"glibc\", version = {} }}\n", in_quotes(glibc));
  const std::vector<std::string> others = other_indexes(plan);
  if (!others.empty() || !plan.find_links.empty()) {
    text += "\n[pypi-options]\n";
    if (!others.empty()) text += fmt::format("extra-index-urls = [{}]\n", join(all_in_quotes(others)));
    if (!plan.find_links.empty()) {
      std::vector<std::string> links;
      for (const std::string& one : plan.find_links) links.push_back(fmt::format("{{ url = {} }}", in_quotes(one)));
      text += fmt::format("find-links = [{}]\n", join(links));
    }
    if (!plan.extra_indexes.empty()) text += "index-strategy = \"unsafe-best-match\"\n";
  }
  text += "\n[pypi-dependencies]\n";
  for (const PackageRequirement& package : plan.packages) text += pixi_package(plan, package);
  return text;
}

}  // namespace rigfit
