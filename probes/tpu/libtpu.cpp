#include "probes/tpu/libtpu.hpp"

#include <algorithm>

#include "fact_names/tpu.hpp"
#include "probes/parse/text.hpp"
#include "probes/python/packages.hpp"

namespace rigfit {
namespace {

constexpr std::size_t head_size = 64;  // of an ELF file

struct Place {
  std::string path, version;
  std::string folder = {};  ///< of the packages whose list tells the version
};

/// In the order of the search: the variable, the packages of Python, the folders of the system.
/// https://github.com/jax-ml/jax/blob/main/jax/_src/cloud_tpu_init.py (2026)
std::vector<Place> places(const Evidence& evidence) {
  std::vector<Place> all;
  if (const Answer& chosen = evidence.env("TPU_LIBRARY_PATH"); chosen.found() && !trimmed(chosen.text).empty())
    all.push_back({std::string(trimmed(chosen.text)), ""});
  const std::vector<InstalledPackage> packages = installed_packages(evidence);
  for (const InstalledPackage& package : packages)
    if (package.name == "libtpu" || package.name == "libtpu_nightly")
      all.push_back({package.folder + "/libtpu/libtpu.so", package.version, package.folder});
  for (const InstalledPackage& package : packages)  // old wheels of PyTorch/XLA brought a copy of their own
    if (package.name == "torch_xla") all.push_back({package.folder + "/torch_xla/lib/libtpu.so", ""});
  all.push_back({"/usr/lib/libtpu.so", ""});
  all.push_back({"/usr/local/lib/libtpu.so", ""});
  return all;
}

bool is_searched(const std::string& path) { return path.starts_with('/') || path.starts_with('~'); }

/// Every usual home of Python packages was looked at, so that what is not there is not installed.
bool looked_everywhere(const Evidence& evidence) {
  const auto known = [](const Answer& answer) { return answer.found() || answer.absent(); };
  const auto lists_below = [&](const std::string& folder) {
    const Answer& versions = evidence.list(folder);
    if (!known(versions)) return false;
    return std::all_of(versions.names.begin(), versions.names.end(), [&](const std::string& name) {
      return !name.starts_with("python3.") || known(evidence.list(folder + "/" + name + "/site-packages")) ||
             known(evidence.list(folder + "/" + name + "/dist-packages"));
    });
  };
  bool all = lists_below("/usr/lib") && lists_below("/usr/local/lib") && lists_below("~/.local/lib");
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"}) {
    const Answer& active = evidence.env(variable);
    all = all && known(active) && (active.absent() || lists_below(active.text + "/lib"));
  }
  return all && known(evidence.env("TPU_LIBRARY_PATH"));
}

}  // namespace

bool is_elf_x86_64(std::string_view head) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(head[at]); };
  return head.size() >= 20 &&
         head.starts_with(
             "\x7f"
             "ELF") &&
         byte(4) == 2 && byte(5) == 1 && byte(18) == 62 && byte(19) == 0;
}

Requests libtpu_requests(const Evidence& evidence) {
  Requests requests = active_environment(evidence);
  requests.push_back(env("TPU_LIBRARY_PATH"));
  for (const Place& place : places(evidence))
    if (is_searched(place.path)) requests.push_back(file(place.path, head_size));
  return requests;
}

LayerState read_libtpu(const Evidence& evidence, PlatformFacts& facts) {
  const Answer& chosen = evidence.env("TPU_LIBRARY_PATH");
  std::string broken, without_library;
  bool uncertain = false;
  for (const Place& place : places(evidence)) {
    const std::string key = key_of(Kind::file, place.path);
    const Answer& answer = evidence.file(place.path);
    const bool is_chosen = chosen.found() && trimmed(chosen.text) == place.path;
    if (answer.absent()) {
      if (is_chosen) facts.set(fact::tpu::library_path_missing, true, {"env:TPU_LIBRARY_PATH", key});
      if (!is_chosen && !place.folder.empty() && without_library.empty()) without_library = place.path;
      continue;
    }
    if (!answer.found()) {
      uncertain = true;
      if (!place.version.empty())
        facts.set_if_unknown(fact::tpu::libtpu_version, Fact::of(place.version, {key_of(Kind::list, place.folder)}));
      continue;
    }
    if (!is_elf_x86_64(answer.text)) {
      if (broken.empty()) broken = place.path;
      continue;
    }
    facts.set(fact::tpu::libtpu, true, {key});
    facts.set(fact::tpu::libtpu_path, place.path, {key});
    if (!place.version.empty()) facts.set(fact::tpu::libtpu_version, place.version, {key_of(Kind::list, place.folder)});
    return {Truth::yes, place.path + (place.version.empty() ? "" : ", version " + place.version), {key}};
  }
  if (!broken.empty()) {
    facts.set(fact::tpu::libtpu, false, {key_of(Kind::file, broken)});
    facts.set(fact::tpu::libtpu_broken, broken, {key_of(Kind::file, broken)});
    return {Truth::no, broken + " is no library for 64-bit x86", {key_of(Kind::file, broken)}};
  }
  if (!uncertain && !without_library.empty()) {
    const std::vector<std::string> source{key_of(Kind::file, without_library)};
    facts.set(fact::tpu::libtpu, false, source);
    facts.set(fact::tpu::libtpu_broken, without_library, source);
    return {Truth::no, "the package of libtpu is installed without " + without_library, source};
  }
  if (!uncertain && looked_everywhere(evidence)) {
    facts.set(fact::tpu::libtpu, false, {"list:/usr/lib", "list:/usr/local/lib", "list:~/.local/lib"});
    return {Truth::no, "libtpu is in no Python environment and no system folder that was looked at", {}};
  }
  facts.set_if_unknown(fact::tpu::libtpu, Fact::unknown("not every place where it may lie was recorded"));
  return {Truth::unknown, "not every place where libtpu may lie was recorded", {}};
}

}  // namespace rigfit
