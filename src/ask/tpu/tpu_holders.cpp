#include "ask/tpu/tpu_holders.hpp"

#include <dirent.h>
#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "ask/library.hpp"
#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

class Folder {
 public:
  explicit Folder(const std::string& path) : folder_(::opendir(path.c_str())) {}
  ~Folder() {
    if (folder_) ::closedir(folder_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  bool is_open() const { return folder_ != nullptr; }
  const char* next() {
    const dirent* entry = ::readdir(folder_);
    return entry ? entry->d_name : nullptr;
  }

 private:
  DIR* folder_;
};

/// "/dev/accel0", "/dev/vfio/12", "/dev/apex_0"; not "/dev/vfio/vfio", which every user of VFIO holds.
bool is_accelerator_node(std::string_view path) {
  for (const std::string_view prefix : {"/dev/accel", "/dev/vfio/", "/dev/apex_"})
    if (path.starts_with(prefix) && path.size() > prefix.size() &&
        std::isdigit(static_cast<unsigned char>(path[prefix.size()])))
      return true;
  return false;
}

}  // namespace

namespace {

std::optional<Json> look_in(const std::string& proc) {
  Folder processes(proc);
  if (!processes.is_open()) return std::nullopt;
  Json holders = Json::array();
  int seen = 0, unreadable = 0;
  while (const char* name = processes.next()) {
    if (!std::isdigit(static_cast<unsigned char>(*name))) continue;
    const long pid = std::strtol(name, nullptr, 10);
    if (pid == static_cast<long>(::getpid())) continue;
    ++seen;
    const std::string folder = proc + "/" + name + "/fd";
    Folder files(folder);
    if (!files.is_open()) {
      ++unreadable;
      continue;
    }
    std::set<std::string> paths;  // one process may hold a node many times
    while (const char* file = files.next()) {
      char target[64];
      const ssize_t size = ::readlink((folder + "/" + file).c_str(), target, sizeof target);
      if (size > 0 && size < static_cast<ssize_t>(sizeof target) &&
          is_accelerator_node({target, static_cast<std::size_t>(size)}))
        paths.emplace(target, static_cast<std::size_t>(size));
    }
    for (const std::string& path : paths) holders.push_back(Json{{"pid", pid}, {"path", path}});
  }
  return Json{{"holders", std::move(holders)}, {"processes", seen}, {"unreadable", unreadable}};
}

}  // namespace

std::string tpu_holders(const std::string& proc) {
  const auto reported = look_in(proc);
  return reported ? reported->dump() : "";
}

int ask_tpu_holders(const Words&) {
  const auto reported = look_in("/proc");
  if (reported) return print_answer(*reported);
  std::fprintf(stderr, "there is no /proc\n");
  return ask_library_absent;
}

}  // namespace rigfit
