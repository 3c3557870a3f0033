#include "cli/python_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "probes/python/environments.hpp"

namespace rigfit {
namespace {

namespace fs = std::filesystem;

/// "python3.12" → the first one on PATH.
fs::path on_path(const std::string& name) {
#ifdef _WIN32
  constexpr char separator = ';';
#else
  constexpr char separator = ':';
#endif
  const char* folders = std::getenv("PATH");
  std::istringstream all(folders ? folders : "");
  std::error_code error;
  for (std::string folder; std::getline(all, folder, separator);)
    if (!folder.empty() && fs::is_regular_file(fs::path(folder) / name, error)) return fs::path(folder) / name;
  return {};
}

/// "/usr/bin/python3" → "/usr/bin/python3.12", the name that tells the version; the folder stays.
fs::path with_version(const fs::path& interpreter) {
  constexpr int most_links = 8;
  fs::path at = interpreter;
  std::error_code error;
  for (int n = 0; n < most_links && at.filename().string().find('.') == std::string::npos; ++n) {
    const fs::path target = fs::read_symlink(at, error);
    if (error) return interpreter;
    at = at.parent_path() / target;
  }
  return at.filename().string().starts_with("python3.") ? interpreter.parent_path() / at.filename() : interpreter;
}

/// Whether a Python lies in the folder: an environment, a prefix, or an installation of Windows.
bool holds_python(const fs::path& prefix) {
  std::error_code error;
  for (const char* name : {"pyvenv.cfg", "conda-meta", "python.exe", "Scripts/python.exe", "bin/python", "bin/python3"})
    if (fs::exists(prefix / name, error)) return true;
  for (const auto& entry : fs::directory_iterator(prefix / "bin", error))
    if (entry.path().filename().string().starts_with("python3.")) return true;
  return false;
}

Answer found(std::string text) {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = std::move(text);
  return answer;
}

Answer absent() {
  Answer answer;
  answer.outcome = Outcome::absent;
  return answer;
}

}  // namespace

tl::expected<std::map<std::string, Answer>, std::string> answers_of_python(const Look& look) {
  std::map<std::string, Answer> given;
  if (look.python.empty()) return given;
  std::string path = look.python;
  const bool is_here = look.from.empty() && look.root.empty();
  bool is_virtual = false, is_conda = false;
  if (is_here) {
    std::error_code error;
    fs::path here = fs::absolute(path, error).lexically_normal();
    const bool is_name = path.find_first_of("/\\") == path.npos;
    if (!fs::exists(here, error) && is_name) here = on_path(path);
    if (here.empty() || !fs::exists(here, error))
      return tl::unexpected(fmt::format("--python: there is no \"{}\"", path));
    if (!fs::is_directory(here, error)) here = with_version(here);
    path = here.string();
  }
  while (path.size() > 1 && (path.ends_with('/') || path.ends_with('\\'))) path.pop_back();
  const std::string prefix = prefix_of_python(path);
  if (is_here) {
    std::error_code error;
    if (!fs::is_directory(prefix, error) || (fs::is_directory(look.python, error) && !holds_python(prefix)))
      return tl::unexpected(fmt::format("--python: \"{}\" is neither an interpreter nor the folder of one", path));
    is_virtual = fs::exists(fs::path(prefix) / "pyvenv.cfg", error);
    is_conda = fs::exists(fs::path(prefix) / "conda-meta", error);
  }
  given[key_of(Kind::env, python_variable)] = found(path);
  given[key_of(Kind::env, "VIRTUAL_ENV")] = is_virtual ? found(prefix) : absent();
  given[key_of(Kind::env, "CONDA_PREFIX")] = is_conda ? found(prefix) : absent();
  return given;
}

}  // namespace rigfit
