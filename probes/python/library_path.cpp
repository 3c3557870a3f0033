#include "probes/python/library_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "fact_names/installed.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr const char* variable = "LD_LIBRARY_PATH";
constexpr std::size_t most_folders = 16;

// The libraries whose files bear the version of NVIDIA's wheel of them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> libraries{{{"libnvJitLink", "nvidia-nvjitlink"},
                                                                                   {"libcudart", "nvidia-cuda-runtime"},
                                                                                   {"libnvrtc", "nvidia-cuda-nvrtc"},
                                                                                   {"libcublas", "nvidia-cublas"},
                                                                                   {"libcublasLt", "nvidia-cublas"},
                                                                                   {"libcudnn", "nvidia-cudnn"},
                                                                                   {"libcusparse", "nvidia-cusparse"},
                                                                                   {"libcusolver", "nvidia-cusolver"},
                                                                                   {"libcufft", "nvidia-cufft"},
                                                                                   {"libcurand", "nvidia-curand"},
                                                                                   {"libnccl", "nvidia-nccl"}}};

/// The folders of the loader's path that are CUDA's by their names; what lies in others is nobody's business.
std::vector<std::string> cuda_folders(const Evidence& evidence) {
  std::vector<std::string> folders;
  for (std::string_view folder : split(evidence.env(variable).text, ':')) {
    folder = trimmed(folder);
    while (folder.size() > 1 && folder.ends_with('/')) folder.remove_suffix(1);
    const std::string name = lower(folder);
    const bool is_cuda = contains(name, "cuda") || contains(name, "cudnn") || contains(name, "nccl");
    if (is_cuda && folder.front() == '/' && !contains(name, "*") && folders.size() < most_folders)
      folders.emplace_back(folder);
  }
  return folders;
}

/// "12.4.127" of nvidia-nvjitlink-cu12, or of nvidia-nvjitlink, as it is named for CUDA 13.
const Version* version_of_wheel(const std::vector<NamedPackage>& packages, const std::string& stem) {
  const auto is_it = [&](const NamedPackage& package) {
    return package.name == stem ||
           (package.name.starts_with(stem + "-cu") && package.name.find('-', stem.size() + 1) == std::string::npos);
  };
  const auto found = std::find_if(packages.begin(), packages.end(), is_it);
  return found == packages.end() ? nullptr : &found->version;
}

/// Whether it is older as far as both tell, within one major version: another one has another name for the loader.
bool is_older(const Version& library, const Version& wheel) {
  const std::size_t parts = std::min(library.size(), wheel.size());
  if (parts == 0 || library.part(0) != wheel.part(0)) return false;
  for (std::size_t n = 1; n < parts; ++n)
    if (library.part(n) != wheel.part(n)) return library.part(n) < wheel.part(n);
  return false;
}

}  // namespace

Requests library_path_requests(const Evidence& evidence) {
  Requests requests{env(variable)};
  for (const std::string& folder : cuda_folders(evidence)) requests.push_back(list(folder));
  return requests;
}

std::optional<CudaLibraryFile> parse_cuda_library(std::string_view file_name) {
  const std::size_t so = file_name.find(".so.");
  if (so == file_name.npos) return std::nullopt;
  const auto known = std::find_if(libraries.begin(), libraries.end(),
                                  [&](const auto& library) { return library.first == file_name.substr(0, so); });
  const auto version = Version::parse(file_name.substr(so + 4));
  if (known == libraries.end() || !version || version->size() < 2) return std::nullopt;
  return CudaLibraryFile{std::string(known->second), *version};
}

void read_library_path(const Evidence& evidence, const std::vector<NamedPackage>& packages, HostFacts& facts) {
  std::vector<std::string> shadowed, sources{key_of(Kind::env, variable)};
  for (const std::string& folder : cuda_folders(evidence)) {
    std::vector<std::string> older;
    std::string against;
    for (const auto& [stem, package] : libraries)
      for (const std::string& name : evidence.list(folder).names) {
        const auto library = name.starts_with(fmt::format("{}.so.", stem)) ? parse_cuda_library(name) : std::nullopt;
        const Version* wheel = library ? version_of_wheel(packages, library->package) : nullptr;
        if (!wheel || !is_older(library->version, *wheel)) continue;
        if (older.empty()) against = fmt::format("{} {}", package, wheel->text());
        older.push_back(name);
      }
    if (older.empty()) continue;
    const std::string more = older.size() > 1 ? fmt::format(" and {} more", older.size() - 1) : "";
    shadowed.push_back(fmt::format("{}{} in {} (installed: {})", older.front(), more, folder, against));
    sources.push_back(key_of(Kind::list, folder));
  }
  if (!shadowed.empty()) facts.set(fact::installed::library_shadowed, std::move(shadowed), std::move(sources));
}

}  // namespace rigfit
