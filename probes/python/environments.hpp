#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"

namespace rigfit {

/// A place that may hold `pythonX.Y/site-packages`. Those of a person begin with "~/", and are recorded under that
/// name.
struct PythonEnvironment {
  std::string name;            ///< as reported to people: "the active virtual environment"
  std::string library;         ///< folder of the pythonX.Y folders
  bool is_interpreter = true;  ///< false: only packages lie there (~/.local)
};

/// Not of a person's environment: what `rigfit doctor --python` names, "/x/venv" or "/x/venv/bin/python3.12", is
/// reported to the probes under it. Packages of other places are none of its then.
inline constexpr const char* python_variable = "RIGFIT_PYTHON";

/// "/x/venv/bin/python3.12" → "/x/venv"; a folder stays as it is.
std::string prefix_of_python(const std::string& path);

/// In the order in which a program finds them: the active environment, where the evidence names one, then the user's,
/// then the system's.
std::vector<PythonEnvironment> python_environments(const Evidence& evidence);

/// The lists that lead to packages, and the variables that name the active environment; then that one's list.
Requests python_place_requests();
Requests active_environment_requests(const Evidence& evidence);

/// One folder of packages that may be there, or what a tool printed of one.
struct PackageFolder {
  std::string path;     ///< ".../site-packages"; of a recorded listing its key, "command:pip list"
  std::string where;    ///< "the active virtual environment, Python 3.12"
  std::string python;   ///< the interpreter that finds them: "~/venv/bin/python"
  std::string version;  ///< of it: "3.12"; empty where the folder does not tell
};

/// The key of the answer that names its packages.
std::string key_of_packages(const std::string& path);

/// Those that the lists seen so far lead to, in the same order. pyenv's versions are among them. A recorded `pip list`
/// or its like comes first: it is of the environment that whoever recorded it works in.
std::vector<PackageFolder> package_folders(const Evidence& evidence);

}  // namespace rigfit
