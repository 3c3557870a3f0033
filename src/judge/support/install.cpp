#include "judge/support/install.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "text/shell_word.hpp"

namespace rigfit {
namespace {

/// "3.12" of "3.12.4"
std::string minor_of(const Version& version) { return fmt::format("{}.{}", version.part(0), version.part(1)); }

/// The newest Python of this machine that the build takes, empty when there is none.
std::string newest_here(const Build& build, const Facts& facts) {
  std::string newest;
  const auto consider = [&](const Version& version) {
    if (!takes_python(build, version)) return;
    if (newest.empty() || *Version::parse(newest) < version) newest = minor_of(version);
  };
  if (const auto* all = facts.host.get(fact::python::versions))
    for (const std::string& text : *all)
      if (const auto version = Version::parse(text)) consider(*version);
  if (const auto* one = facts.host.get(fact::python::version)) consider(*one);
  return newest;
}

bool is_here(const std::string& python, const Facts& facts) {
  const auto* all = facts.host.get(fact::python::versions);
  const auto* one = facts.host.get(fact::python::version);
  return (all && std::find(all->begin(), all->end(), python) != all->end()) || (one && minor_of(*one) == python);
}

}  // namespace

bool takes_python(const Build& build, const Version& python) {
  const auto minor = Version::parse(minor_of(python)), least = Version::parse(build.python.least),
             most = Version::parse(build.python.most);
  return minor && least && most && *least <= *minor && *minor <= *most;
}

std::string range_text(const PythonRange& python, std::string_view between) {
  return python.least == python.most ? python.least : fmt::format("{}{}{}", python.least, between, python.most);
}

Install install_for(const Build& build, const Facts& facts, const Device* device,
                    const std::optional<Version>& wanted) {
  Install install;
  const std::string here = newest_here(build, facts);
  install.python = wanted ? minor_of(*wanted) : !here.empty() ? here : build.python.advised;
  if (is_here(install.python, facts)) {
    install.python_here = Truth::yes;
  } else if (const Fact& known = facts.host.at(fact::python::versions); known.is_unknown()) {
    install.python_here = Truth::unknown;
    install.python_note =
        fmt::format("It needs Python {}; which ones are here is not known.", range_text(build.python));
  } else {
    install.python_here = Truth::no;
    install.python_note =
        fmt::format("It takes Python {}, and {} here: uv downloads {}; for pip it has to be installed first.",
                    range_text(build.python), known.none ? "none was found" : to_text(known) + " is", install.python);
  }
  if (!build.command.empty()) {
    install.pip = install.uv = fill_in(build.command, facts, device);
    install.python_here = Truth::yes;
    install.python_note.clear();
    install.check = fmt::format("python3 -c \"{}\"", build.check);
    return install;
  }
  std::string& arguments = install.arguments;
  for (const std::string& package : build.packages) arguments += " " + shell_word(fill_in(package, facts, device));
  for (const std::string& option : build.options) arguments += " " + option;
  const std::string* family = facts.host.get(fact::os::family);
  const bool on_windows = family && *family == "windows";
  const std::string environment = build.environment.empty() ? ""
                                  : on_windows              ? fmt::format("set \"{}\" && ", build.environment)
                                                            : build.environment + " ";
  const std::string own_python = on_windows ? ".venv\\Scripts\\python" : ".venv/bin/python";
  install.pip = fmt::format("{} -m venv .venv && {}{} -m pip install{}",
                            (on_windows ? "py -" : "python") + install.python, environment, own_python, arguments);
  install.uv = fmt::format("uv venv --python {} .venv && {}uv pip install --python .venv{}", install.python,
                           environment, arguments);
  install.check = fmt::format("{} -c \"{}\"", own_python, build.check);
  return install;
}

}  // namespace rigfit
