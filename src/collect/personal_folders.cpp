#include "collect/personal_folders.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace rigfit {
namespace {

/// Below them each folder is somebody's: Linux, macOS, Fedora's /var/home and what sites call their file servers.
constexpr std::string_view homes[] = {"home", "homes", "Users", "users"};

/// Folders of the system, in which the name of a user (nvidia, ubuntu) is the name of something else.
constexpr std::string_view system_folders[] = {"bin",  "boot", "dev",  "etc",  "lib", "lib64", "nix", "opt",
                                               "proc", "run",  "sbin", "snap", "sys", "usr",   "var"};

template <class Names>
bool holds(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// What may stand in a path of a text; all else ends it.
bool is_path_char(char c) {
  return static_cast<unsigned char>(c) > ' ' &&
         std::string_view(":;,\"'()[]{}<>|&=*?`").find(c) == std::string_view::npos;
}

std::size_t component_end(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '/' && is_path_char(text[at])) ++at;
  return at;
}

/// Where the folder of `path` ends whose name is "~" and digits; 0 for none.
std::size_t alias_end(std::string_view path) {
  if (!path.starts_with('~')) return 0;
  const std::size_t end = std::min(path.find_first_not_of("0123456789", 1), path.size());
  return end == path.size() || path[end] == '/' ? end : 0;
}

}  // namespace

bool is_personal(std::string_view path) { return alias_end(path) > 0; }

PersonalFolders::PersonalFolders(std::string home, std::vector<std::string> people) : home_(std::move(home)) {
  while (home_.size() > 1 && home_.ends_with('/')) home_.pop_back();
  if (home_.size() < 2 || !home_.starts_with('/')) home_.clear();
  if (!home_.empty()) people.push_back(home_.substr(home_.rfind('/') + 1));
  for (std::string& name : people)
    if (!name.empty() && name.find('/') == name.npos) people_.push_back(std::move(name));
}

PersonalFolders PersonalFolders::of_environment() {
  const auto value = [](const char* name) {
    const char* text = std::getenv(name);
    return std::string(text ? text : "");
  };
  return {value("HOME"), {value("USER"), value("LOGNAME"), value("SUDO_USER")}};
}

/// Where the personal folder ends that the path at `start` lies in; npos for none.
std::size_t PersonalFolders::personal_end(std::string_view text, std::size_t start) const {
  if (!home_.empty() && text.substr(start).starts_with(home_)) {
    const std::size_t end = start + home_.size();
    if (end == text.size() || text[end] == '/' || !is_path_char(text[end])) return end;
  }
  const bool is_system = holds(system_folders, text.substr(start + 1, component_end(text, start + 1) - start - 1));
  bool is_below_homes = false;
  for (std::size_t at = start; at < text.size() && text[at] == '/';) {
    const std::size_t end = component_end(text, at + 1);
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (name.empty()) return text.npos;
    if (is_below_homes && name != "." && name != "..") return end;
    if (!is_system && holds(people_, name)) return end;
    is_below_homes = holds(homes, name);
    at = end;
  }
  return text.npos;
}

std::string PersonalFolders::alias_of(std::string_view folder) {
  if (folder == home_) return "~";
  auto at = std::find(others_.begin(), others_.end(), folder);
  if (at == others_.end()) at = others_.insert(others_.end(), std::string(folder));
  return "~" + std::to_string(at - others_.begin() + 1);
}

std::string PersonalFolders::hidden(std::string_view text) {
  std::string result;
  std::size_t copied = 0;
  for (std::size_t at = text.find('/'); at != text.npos; at = text.find('/', at)) {
    // A path begins where nothing of one stands before its slash, but for "..": links climb to the top that way.
    std::size_t start = at, folder = at;
    if (at >= 2 && text.substr(at - 2, 2) == ".." && (at == 2 || !is_path_char(text[at - 3]))) start = at - 2;
    while (text.substr(folder).starts_with("/../")) folder += 3;
    const bool is_start = start == 0 || !is_path_char(text[start - 1]);
    const std::size_t end = is_start ? personal_end(text, folder) : text.npos;
    if (end == text.npos) {
      at = component_end(text, at + 1);
      continue;
    }
    result += text.substr(copied, start - copied);
    result += alias_of(text.substr(folder, end - folder));
    copied = at = end;
  }
  result += text.substr(copied);
  return result;
}

std::string PersonalFolders::real(const std::string& path) const {
  const std::size_t end = alias_end(path);
  if (end == 0) return path;
  if (end == 1) return home_.empty() ? path : home_ + path.substr(end);
  std::size_t number = 0;
  const auto [stop, error] = std::from_chars(path.data() + 1, path.data() + end, number);
  if (error != std::errc() || number == 0 || number > others_.size()) return path;
  return others_[number - 1] + path.substr(end);
}

}  // namespace rigfit
