#include "probes/rocm/kernel_module.hpp"

#include <algorithm>

#include "probes/parse/text.hpp"

namespace rigfit {

const std::vector<std::string> driver_words{"nomodeset",
                                            "modprobe.blacklist=",
                                            "module_blacklist=",
                                            "rd.driver.blacklist=",
                                            "amdgpu.",
                                            "ttm.",
                                            "iommu=",
                                            "amd_iommu=",
                                            "pci="};

namespace {

constexpr std::string_view module_folder = "/sys/module/amdgpu";
constexpr std::string_view modprobe_globs[] = {"/etc/modprobe.d/*.conf", "/run/modprobe.d/*.conf",
                                               "/usr/lib/modprobe.d/*.conf", "/lib/modprobe.d/*.conf"};

std::string kernel_release(const Evidence& evidence) {
  const std::string release(trimmed(evidence.text("/proc/sys/kernel/osrelease")));
  return release.find('/') == std::string::npos ? release : "";
}

/// Where a module for the running kernel may lie: the kernel's own, and those that DKMS or a distribution add.
std::vector<std::string> module_folders(const Evidence& evidence) {
  const std::string release = kernel_release(evidence);
  if (release.empty()) return {};
  const std::string folder = "/lib/modules/" + release;
  return {folder + "/kernel/drivers/gpu/drm/amd/amdgpu", folder + "/updates/dkms", folder + "/extra"};
}

bool holds_module(const Answer& folder) {
  return std::any_of(folder.names.begin(), folder.names.end(),
                     [](const std::string& name) { return name.starts_with("amdgpu.ko"); });
}

/// "a,amdgpu,b" names amdgpu.
bool names(std::string_view list, std::string_view module) {
  const auto parts = split(list, ',');
  return std::find(parts.begin(), parts.end(), module) != parts.end();
}

void read_blocks(const Evidence& evidence, AmdgpuModule& module) {
  const Answer& line = evidence.file("/proc/cmdline");
  if (line.found()) {
    const auto words = words_of(line.text);
    module.nomodeset = std::find(words.begin(), words.end(), "nomodeset") != words.end();
    if (std::string words_against = command_line_forbids(line.text, "amdgpu"); !words_against.empty()) {
      module.blocked_by = words_against + " on the kernel's command line";
      module.blocked_sources = {"file:/proc/cmdline"};
    }
  }
  for (const std::string_view glob : modprobe_globs)
    for (const std::string& path : evidence.expand(glob)) {
      const std::string words = modprobe_forbids(evidence.text(path), "amdgpu");
      if (words.empty() || !module.blocked_by.empty()) continue;
      module.blocked_by = words + " in " + path;
      module.blocked_sources = {key_of(Kind::file, path)};
    }
}

void read_files(const Evidence& evidence, AmdgpuModule& module) {
  const std::vector<std::string> folders = module_folders(evidence);
  std::size_t looked = 0;
  for (const std::string& folder : folders) {
    const Answer& answer = evidence.list(folder);
    looked += answer.found() || answer.absent();
    if (answer.found()) module.file_sources.push_back(key_of(Kind::list, folder));
    if (holds_module(answer)) module.has_file = true;
  }
  // A container shows the host's kernel and not its modules: only a folder that is there speaks.
  if (!module.has_file && looked == folders.size() && !folders.empty() && evidence.list("/lib/modules").found()) {
    const auto& releases = evidence.list("/lib/modules").names;
    if (std::find(releases.begin(), releases.end(), kernel_release(evidence)) != releases.end()) {
      module.has_file = false;
      module.file_sources.push_back("list:/lib/modules");
    }
  }
  if (evidence.list("/var/lib/dkms/amdgpu").found() && folders.size() > 1) {
    const Answer& built = evidence.list(folders[1]);
    if (built.found() || built.absent()) module.dkms_built = holds_module(built);
  }
}

}  // namespace

Requests amdgpu_first_look() {
  return {file(std::string(module_folder) + "/version", 256), file(std::string(module_folder) + "/initstate", 64),
          list(std::string(module_folder)), file_keeping("/proc/cmdline", driver_words, ' ', 65536)};
}

Requests amdgpu_second_look(const Evidence& evidence) {
  Requests requests{file("/proc/sys/kernel/osrelease", 512), list("/lib/modules"), list("/var/lib/dkms/amdgpu")};
  for (const std::string_view glob : modprobe_globs) requests.push_back(file(std::string(glob), 65536));
  for (std::string& folder : module_folders(evidence)) requests.push_back(list(std::move(folder)));
  return requests;
}

std::string modprobe_forbids(std::string_view text, std::string_view module) {
  for (const std::string_view line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.size() < 2 || words[1] != module) continue;
    if (words[0] == "blacklist") return "\"blacklist " + std::string(module) + "\"";
    if (words[0] == "install" && words.size() > 2 && (words[2].ends_with("/false") || words[2].ends_with("/true")))
      return "\"install " + std::string(module) + " " + std::string(words[2]) + "\"";
  }
  return "";
}

std::string command_line_forbids(std::string_view text, std::string_view module) {
  for (const std::string_view word : words_of(text))
    for (const std::string_view option : {"modprobe.blacklist=", "module_blacklist=", "rd.driver.blacklist="})
      if (word.starts_with(option) && names(word.substr(option.size()), module)) return "\"" + std::string(word) + "\"";
  return "";
}

AmdgpuModule read_amdgpu_module(const Evidence& evidence) {
  AmdgpuModule module;
  const Answer& folder = evidence.list(module_folder);
  if (folder.found() || folder.absent()) module.loaded = folder.found();
  module.sources = {key_of(Kind::list, module_folder)};
  const Answer& state = evidence.file(std::string(module_folder) + "/initstate");
  if (state.found()) module.live = trimmed(state.text) == "live";
  const Answer& version = evidence.file(std::string(module_folder) + "/version");
  module.dkms_version = trimmed(version.text);
  if (module.loaded == true && (version.absent() || !module.dkms_version.empty())) module.in_tree = version.absent();
  read_blocks(evidence, module);
  read_files(evidence, module);
  return module;
}

}  // namespace rigfit
