#include "probes/cuda/library.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evidence/link_answer.hpp"
#include "fact_names/cuda.hpp"
#include "facts/version.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::size_t elf_start =
    20;  // up to e_machine: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
constexpr std::string_view loader_lists = "/etc/ld.so.conf.d/*.conf";

/// The folders of forward-compatibility libraries that LD_LIBRARY_PATH names, whether or not they are there.
std::vector<std::string> compat_folders(const Evidence& evidence) {
  constexpr std::size_t most_folders = 4;
  std::vector<std::string> folders;
  for (std::string_view folder : split(evidence.env("LD_LIBRARY_PATH").text, ':')) {
    folder = trimmed(folder);
    while (folder.ends_with('/')) folder.remove_suffix(1);
    if (folder.starts_with('/') && contains(folder, "cuda") && contains(folder, "/compat") && !contains(folder, "*") &&
        folders.size() < most_folders)
      folders.emplace_back(folder);
  }
  return folders;
}

/// 0 for what is no ELF file of the common byte order.
unsigned elf_machine(std::string_view start) {
  if (start.size() < elf_start || !start.starts_with("\x7f"
                                                     "ELF"))
    return 0;
  return static_cast<unsigned char>(start[18]) | static_cast<unsigned>(static_cast<unsigned char>(start[19])) << 8;
}

unsigned machine_of(std::string_view arch) { return arch == "x86_64" ? 62 : arch == "aarch64" ? 183 : 0; }

/// What is wrong with the file itself, and whether that could be seen.
void look_at_file(const Evidence& evidence, const std::string& path, CudaLibrary& library) {
  const Answer& node = evidence.node(path);
  const Answer& start = evidence.file(path);
  if (node.outcome == Outcome::not_recorded && start.outcome == Outcome::not_recorded) return;
  library.sources.push_back(key_of(Kind::file, path));
  if (contains(evidence.link(path).text, "/stubs/")) library.problem = "stub";
  if (node.node && node.node->size == 0) library.problem = "empty_file";
  if (start.found() && start.text.size() >= elf_start) {
    const unsigned machine = elf_machine(start.text), wanted = machine_of(evidence.arch);
    if (machine == 0)
      library.problem = "no_library";
    else if (wanted != 0 && machine != wanted)
      library.problem = "foreign_arch";
  } else if (start.found() && start.text.empty() && !start.truncated) {
    library.problem = "empty_file";
  } else if (start.outcome != Outcome::not_recorded) {
    library.is_readable = false;
  }
  if (node.outcome != Outcome::not_recorded && !node.found()) library.is_readable = false;
}

/// Under WSL: the libraries that packages of a Linux driver have left, "/usr/lib/…/libnvidia-ml.so.1 (510.108.03)".
void read_linux_libraries(const Evidence& evidence, PlatformFacts& facts) {
  std::vector<std::string> found, sources;
  for (const std::string& folder : cuda_library_folders())
    for (const char* name : {"/libcuda.so.1", "/libnvidia-ml.so.1"}) {
      const std::string path = folder + name;
      const std::string& target = evidence.link(path).text;
      const std::size_t so = target.rfind(".so.");
      if (folder == "/usr/lib/wsl/lib" || so == std::string::npos) continue;
      const std::string version = target.substr(so + 4);
      if (version == "1.1" || !contains(version, ".") || !Version::parse(version)) continue;
      found.push_back(fmt::format("{} ({})", path, version));
      sources.push_back(key_of(Kind::link, path));
    }
  if (!found.empty()) facts.set(fact::cuda::wsl_linux_libraries, std::move(found), std::move(sources));
}

}  // namespace

const std::vector<std::string>& cuda_library_folders() {
  static const std::vector<std::string> folders{"/usr/lib/wsl/lib",
                                                "/.singularity.d/libs",  // Apptainer and Singularity, with --nv
                                                "/usr/lib/x86_64-linux-gnu",
                                                "/usr/lib/aarch64-linux-gnu",
                                                "/usr/lib64",
                                                "/usr/lib",
                                                "/run/opengl-driver/lib",
                                                "/usr/local/nvidia/lib64",
                                                "/usr/lib/aarch64-linux-gnu/nvidia",
                                                "/usr/lib/aarch64-linux-gnu/tegra"};
  return folders;
}

Requests cuda_library_requests(const Evidence& evidence) {
  Requests requests;
  for (const std::string& folder : cuda_library_folders())
    for (const char* name : {"/libcuda.so.1", "/libnvidia-ml.so.1"}) {
      requests.push_back(link(folder + name));
      if (std::string_view(name) == "/libcuda.so.1" && shows_a_file(evidence.link(folder + name))) {
        requests.push_back(node(folder + name));
        requests.push_back(file(folder + name, elf_start));
      }
    }
  requests.push_back(file(std::string(loader_lists), 4096));
  requests.push_back(env("LD_LIBRARY_PATH"));
  for (const std::string& folder : compat_folders(evidence)) requests.push_back(link(folder + "/libcuda.so.1"));
  return requests;
}

CudaLibrary find_cuda_library(const Evidence& evidence, const std::string& name) {
  CudaLibrary library;
  bool looked = false;
  for (const std::string& folder : cuda_library_folders()) {
    const std::string path = folder + "/" + name;
    const Answer& answer = evidence.link(path);
    if (answer.outcome == Outcome::not_recorded) continue;
    looked = true;
    library.sources.push_back(key_of(Kind::link, path));
    if (!shows_a_file(answer)) continue;
    const std::size_t so = answer.text.rfind(".so.");
    std::string version = so == std::string::npos ? "" : answer.text.substr(so + 4);
    // "1.1" is the name of the file under WSL and on Jetson, not the driver's version.
    if (!contains(version, ".") || version == "1.1" || !Version::parse(version)) version.clear();
    if (library.is_there == Truth::yes) {
      // The same folder may be reached by two names (/usr/lib64 → /usr/lib).
      if (!version.empty() && version != library.version)
        library.others.push_back(fmt::format("{} ({})", path, version));
      continue;
    }
    library.is_there = Truth::yes;
    library.folder = folder;
    library.version = std::move(version);
    look_at_file(evidence, path, library);
  }
  if (library.is_there != Truth::yes && looked) library.is_there = Truth::no;
  return library;
}

void read_cuda_library(const Evidence& evidence, const CudaLibrary& libcuda, bool is_wsl, PlatformFacts& facts) {
  if (const auto version = Version::parse(libcuda.version))
    facts.set(fact::cuda::libcuda_version, *version, libcuda.sources);
  if (!libcuda.problem.empty())
    facts.set(fact::cuda::libcuda_problem, libcuda.problem, libcuda.sources);
  else if (libcuda.is_there == Truth::yes)
    facts.set(fact::cuda::libcuda_problem, libcuda.is_readable
                                               ? Fact::of_none("none seen", libcuda.sources)
                                               : Fact::unknown("the file could not be read", libcuda.sources));
  if (libcuda.is_there == Truth::yes) {
    facts.set(fact::cuda::libcuda_path, libcuda.folder + "/libcuda.so.1", libcuda.sources);
    if (!libcuda.others.empty()) facts.set(fact::cuda::libcuda_others, libcuda.others, libcuda.sources);
  }
  // Under WSL the library belongs to the Windows driver, whose version is another.
  const Fact& module = facts.at(fact::cuda::driver_version);
  if (!is_wsl && module.value && !libcuda.version.empty() && evidence.file("/proc/driver/nvidia/version").found())
    facts.set(fact::cuda::library_matches, to_text(*module.value) == libcuda.version, libcuda.sources);
  if (const auto* built = facts.get(fact::cuda::dkms_versions); built && !libcuda.version.empty())
    facts.set(fact::cuda::restart_helps, std::find(built->begin(), built->end(), libcuda.version) != built->end(),
              facts.at(fact::cuda::dkms_versions).sources);
  // A Linux driver's library beside WSL's own is found first, and finds no device.
  if (is_wsl && libcuda.is_there != Truth::unknown)
    facts.set(fact::cuda::wsl_shadowed,
              !libcuda.others.empty() || (libcuda.is_there == Truth::yes && libcuda.folder != "/usr/lib/wsl/lib"),
              libcuda.sources);

  if (is_wsl) read_linux_libraries(evidence, facts);

  std::vector<std::string> compat, sources;
  bool looked = false;
  for (const std::string& path : evidence.expand(loader_lists)) {
    if (!evidence.file(path).found()) continue;
    looked = true;
    for (const std::string_view line : lines_of(evidence.text(path)))
      if (const std::string_view folder = trimmed(line); folder.starts_with('/') && contains(folder, "/compat"))
        compat.emplace_back(folder), sources.push_back(key_of(Kind::file, path));
  }
  // Images of NVIDIA name a folder that is made only where it is wanted.
  for (const std::string& folder : compat_folders(evidence))
    if (const std::string path = folder + "/libcuda.so.1"; shows_a_file(evidence.link(path)))
      compat.push_back(folder), sources.push_back(key_of(Kind::link, path));
  if (!compat.empty())
    facts.set(fact::cuda::forward_compat, compat, sources);
  else if (looked)
    facts.set(fact::cuda::forward_compat, Fact::of_none("the loader's lists and LD_LIBRARY_PATH name no such folder"));
}

}  // namespace rigfit
