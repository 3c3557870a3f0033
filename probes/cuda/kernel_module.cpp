#include "probes/cuda/kernel_module.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "fact_names/cuda.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view kernel_release_file = "/proc/sys/kernel/osrelease";
constexpr std::string_view modules = "/lib/modules";
constexpr std::string_view dkms_folder = "/var/lib/dkms";

// DKMS, Ubuntu's signed packages (kernel/nvidia-580), NVIDIA's installer (kernel/drivers/video), kmod packages of
// Fedora and RHEL (extra, weak-updates), SUSE (updates), Arch (extramodules).
constexpr std::array<std::string_view, 9> folders{
    "updates/dkms",         "updates",        "extra", "extra/nvidia", "weak-updates/nvidia", "extramodules",
    "kernel/drivers/video", "kernel/nvidia*", "misc"};
constexpr std::array<std::string_view, 2> modprobe_files{"/etc/modprobe.d/*.conf", "/lib/modprobe.d/*.conf"};

std::string in_modules(std::string_view kernel, std::string_view folder) {
  return std::string(modules) + "/" + std::string(kernel) + "/" + std::string(folder);
}

}  // namespace

Requests dkms_requests() { return {list(std::string(dkms_folder)), list(std::string(dkms_folder) + "/nvidia*")}; }

Requests kernel_module_requests(const Evidence& evidence) {
  Requests requests{list(std::string(modules))};
  for (Request& request : dkms_requests()) requests.push_back(std::move(request));
  for (const std::string_view folder : folders) requests.push_back(list(in_modules("*", folder)));
  if (const std::string_view release = trimmed(evidence.text(kernel_release_file)); !release.empty())
    requests.push_back(node(in_modules(release, "build")));
  for (const std::string_view path : modprobe_files) requests.push_back(file(std::string(path), 16384));
  return requests;
}

bool is_nvidia_module(std::string_view name) {
  const std::size_t end = name.find(".ko");
  if (end == name.npos || (name.size() != end + 3 && name[end + 3] != '.')) return false;
  const std::string_view stem = name.substr(0, end);
  if (stem == "nvidia" || stem == "nvidia-current") return true;
  // Debian's older branches: nvidia-tesla-535.ko, nvidia-legacy-390xx.ko; their helpers end in a word.
  return (stem.starts_with("nvidia-tesla-") || stem.starts_with("nvidia-legacy-")) &&
         std::any_of(stem.begin(), stem.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
         !stem.ends_with("-uvm") && !stem.ends_with("-drm") && !stem.ends_with("-modeset") &&
         !stem.ends_with("-peermem");
}

// blacklist nvidia
// install nvidia /bin/false
// alias nvidia off
bool forbids_nvidia(std::string_view modprobe_file) {
  for (const std::string_view line : lines_of(modprobe_file)) {
    const auto words = words_of(line);
    if (words.size() < 2 || (words[1] != "nvidia" && words[1] != "nvidia-current")) continue;
    if (words[0] == "blacklist") return true;
    if (words.size() > 2 && words[0] == "install" && (words[2].ends_with("/false") || words[2].ends_with("/true")))
      return true;
    if (words.size() > 2 && words[0] == "alias" && words[2] == "off") return true;
  }
  return false;
}

void read_kernel_module(const Evidence& evidence, PlatformFacts& facts) {
  const std::string release(trimmed(evidence.text(kernel_release_file)));
  const Answer& kernels = evidence.list(modules);
  std::vector<std::string> built_for, sources{key_of(Kind::list, modules)};
  for (const std::string& kernel : kernels.names)
    for (const std::string_view folder : folders)
      for (const std::string& path : evidence.expand(in_modules(kernel, folder))) {
        const auto& names = evidence.list(path).names;
        if (std::none_of(names.begin(), names.end(), is_nvidia_module)) continue;
        sources.push_back(key_of(Kind::list, path));
        if (built_for.empty() || built_for.back() != kernel) built_for.push_back(kernel);
      }
  const bool is_for_this = std::find(built_for.begin(), built_for.end(), release) != built_for.end();
  if (is_for_this)
    facts.set(fact::cuda::module_on_disk, std::string("this_kernel"), sources);
  else if (!built_for.empty() && !release.empty())
    facts.set(fact::cuda::module_on_disk, std::string("other_kernel"), sources);
  else if (kernels.found() && built_for.empty())
    facts.set(fact::cuda::module_on_disk, std::string("none"), sources);
  if (!built_for.empty()) facts.set(fact::cuda::module_kernels, built_for, sources);

  std::vector<std::string> versions, registered;
  for (const std::string& path : evidence.expand(std::string(dkms_folder) + "/nvidia*"))
    for (const std::string& name : evidence.list(path).names)
      if (Version::parse(name)) versions.push_back(name), registered.push_back(key_of(Kind::list, path));
  if (!versions.empty()) facts.set(fact::cuda::dkms_versions, versions, registered);

  if (!release.empty())
    if (const Answer& headers = evidence.node(in_modules(release, "build")); headers.found() || headers.absent())
      facts.set(fact::cuda::kernel_headers, headers.found(), {key_of(Kind::node, in_modules(release, "build"))});

  bool looked = false;
  for (const std::string_view glob : modprobe_files)
    for (const std::string& path : evidence.expand(glob)) {
      looked = looked || evidence.file(path).found();
      if (forbids_nvidia(evidence.text(path))) {
        facts.set(fact::cuda::module_blacklisted, path, {key_of(Kind::file, path)});
        return;
      }
    }
  if (looked) facts.set(fact::cuda::module_blacklisted, Fact::of_none("modprobe's files do not name it"));
}

}  // namespace rigfit
