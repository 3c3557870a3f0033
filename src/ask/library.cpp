#include "ask/library.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

constexpr const char* no_such_file = "No such file";

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

int answer_descriptor = STDOUT_FILENO;

}  // namespace

bool Library::load(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    library_ = ::dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library_) {
      name_ = base_name(name);
      return true;
    }
    // "No such file" of the last place must not hide that the first one is there and broken.
    if (const char* why = ::dlerror(); why && (why_.empty() || why_.find(no_such_file) != std::string::npos))
      why_ = why;
  }
  return false;
}

int Library::report_failure() const {
  std::fprintf(stderr, "%s\n", why_.c_str());
  return why_.find(no_such_file) != std::string::npos ? ask_library_absent : ask_library_unusable;
}

int Library::report_missing(const char* symbol) const {
  std::fprintf(stderr, "%s has no function %s\n", name_.c_str(), symbol);
  return ask_library_unusable;
}

std::string Library::file_of(const char* symbol) const {
  Dl_info info{};
  char resolved[PATH_MAX];
  void* address = find_symbol(symbol);
  if (!address || ::dladdr(address, &info) == 0 || !info.dli_fname || !::realpath(info.dli_fname, resolved)) return "";
  std::string path = resolved;
  for (const char* folder : {"/usr/", "/opt/", "/lib", "/run/opengl-driver/"})
    if (path.starts_with(folder)) return path;
  return base_name(path);
}

bool Library::is_below(const char* symbol, const char* part) const {
  Dl_info info{};
  char resolved[PATH_MAX];
  void* address = find_symbol(symbol);
  if (!address || ::dladdr(address, &info) == 0 || !info.dli_fname) return false;
  return std::strstr(info.dli_fname, part) || (::realpath(info.dli_fname, resolved) && std::strstr(resolved, part));
}

void* Library::find_symbol(const char* symbol) const { return library_ ? ::dlsym(library_, symbol) : nullptr; }

void keep_stdout_for_the_answer() {
  const int kept = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (kept < 0) return;
  if (::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) return;
  answer_descriptor = kept;
}

void tell_progress(const std::string& where) {
  std::fprintf(stderr, "%s%s\n", ask_progress_mark.data(), where.c_str());
  std::fflush(stderr);
}

int print_answer(const nlohmann::ordered_json& answer) {
  const std::string text = answer.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = ::write(answer_descriptor, text.data() + done, text.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return ask_not_printed;
    done += static_cast<std::size_t>(wrote);
  }
  return ask_answered;
}

}  // namespace rigfit
