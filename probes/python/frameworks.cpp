#include "probes/python/frameworks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "fact_names/framework.hpp"
#include "probes/parse/text.hpp"
#include "probes/python/environments.hpp"
#include "probes/python/gpu_code.hpp"
#include "probes/python/package_listing.hpp"
#include "probes/python/packages.hpp"

namespace rigfit {
namespace {

struct Distribution {
  std::string_view package, framework;
};
constexpr const char* own_runtime = "/torch/lib/libhsa-runtime64.so";

// One framework may be published under several names.
constexpr std::array<Distribution, 10> distributions{{{"torch", "torch"},
                                                      {"tensorflow", "tensorflow"},
                                                      {"tensorflow-cpu", "tensorflow"},
                                                      {"tensorflow-rocm", "tensorflow"},
                                                      {"tensorflow-macos", "tensorflow"},
                                                      {"jax", "jax"},
                                                      {"jaxlib", "jaxlib"},
                                                      {"mlx", "mlx"},
                                                      {"torch-xla", "torch_xla"},
                                                      {"torch-tpu", "torch_tpu"}}};

std::string_view framework_of(std::string_view package) {
  for (const Distribution& distribution : distributions)
    if (distribution.package == package) return distribution.framework;
  return "";
}

/// The version of the first package that bears one of the names.
std::optional<Version> version_of(const std::vector<NamedPackage>& packages,
                                  const std::vector<std::string_view>& names) {
  for (const std::string_view name : names)
    for (const NamedPackage& package : packages)
      if (package.name == name) return package.version;
  return std::nullopt;
}

/// What wheels bring along: nvidia-cuda-runtime-cu12 of CUDA 12, nvidia-cuda-runtime of CUDA 13.
void read_bundled(const std::vector<NamedPackage>& packages, std::string_view framework,
                  const std::vector<std::string>& source, HostFacts& facts) {
  const std::pair<std::optional<HostFact<Version>>, std::vector<std::string_view>> bundled[] = {
      {fact::framework::runtime_of.find(framework),
       {"nvidia-cuda-runtime", "nvidia-cuda-runtime-cu13", "nvidia-cuda-runtime-cu12", "nvidia-cuda-runtime-cu11"}},
      {fact::framework::cudnn_of.find(framework), {"nvidia-cudnn-cu13", "nvidia-cudnn-cu12", "nvidia-cudnn-cu11"}},
      {fact::framework::nccl_of.find(framework), {"nvidia-nccl-cu13", "nvidia-nccl-cu12", "nvidia-nccl-cu11"}}};
  for (const auto& [name, wheels] : bundled)
    if (const auto version = version_of(packages, wheels); version && name) facts.set(*name, *version, source);
}

/// "6.4" of "2.8.0+rocm6.4", "xpu" of "2.8.0+xpu"; empty for others.
std::string other_suffix(const std::string& version) {
  constexpr std::string_view rocm = "+rocm";
  if (version.ends_with("+xpu")) return "xpu";
  const std::size_t at = version.find(rocm);
  const auto release = at == version.npos ? std::nullopt : Version::parse(version.substr(at + rocm.size()));
  return release ? release->text() : "";
}

bool is_conda(std::string_view folder) {
  return contains(lower(folder), "conda") || contains(lower(folder), "miniforge");
}

void read_torch(const Evidence& evidence, const std::string& folder, const NamedPackage& torch,
                const std::vector<std::string>& listed, HostFacts& facts) {
  const std::string path = folder + "/torch/version.py";
  const std::string_view text = folder.starts_with("command:") ? std::string_view() : evidence.text(path);
  const std::vector<std::string> source{key_of(Kind::file, path)};
  if (contains(text, "cuda")) {
    const std::string cuda = assigned_text(text, "cuda"), hip = assigned_text(text, "hip");
    // Older files name no XPU, and the version alone tells it.
    const bool is_for_xpu = !assigned_text(text, "xpu").empty() || torch.version.text().ends_with("+xpu");
    facts.set(fact::framework::torch::cpu_only, cuda.empty() && hip.empty() && !is_for_xpu, source);
    facts.set(fact::framework::torch::cuda,
              cuda.empty() ? Fact::of_none("this build has no CUDA", source) : Fact::of(cuda, source));
    facts.set(fact::framework::torch::hip,
              hip.empty() ? Fact::of_none("this build has no HIP", source) : Fact::of(hip, source));
    // Every ROCm wheel is built with one, so that it is there until somebody removes it.
    if (const std::string runtime = folder + own_runtime; !hip.empty() && evidence.node("/dev/dxg").found())
      facts.set(fact::framework::torch::hsa_runtime, !evidence.node(runtime).absent(),
                {source.front(), key_of(Kind::node, runtime)});
    return;
  }
  // The wheel's version may name the flavour; the one of PyPI names none.
  const std::string version = torch.version.text();
  if (const std::string cuda = cuda_in_suffix(version); !cuda.empty()) {
    facts.set(fact::framework::torch::cuda, cuda, listed);
    facts.set(fact::framework::torch::cpu_only, false, listed);
  } else if (version.ends_with("+cpu") || (evidence.os == "windows" && !contains(version, "+") && !is_conda(folder))) {
    // PyPI's wheel for Windows has no CUDA. https://pytorch.org/get-started/locally/
    facts.set(fact::framework::torch::cuda, Fact::of_none("this build has no CUDA", listed));
    facts.set(fact::framework::torch::cpu_only, true, listed);
  } else if (const std::string other = other_suffix(version); !other.empty()) {
    facts.set(fact::framework::torch::cuda, Fact::of_none("this build has no CUDA", listed));
    facts.set(fact::framework::torch::cpu_only, false, listed);
    facts.set(fact::framework::torch::hip,
              other == "xpu" ? Fact::of_none("this build has no HIP", listed) : Fact::of(other, listed));
  }
}

/// jax-cuda12-plugin says for which CUDA; without a plug-in JAX computes on the CPU.
void read_jax(const std::vector<NamedPackage>& packages, const std::vector<std::string>& source, HostFacts& facts) {
  for (const auto& [package, cuda] : {std::pair{"jax-cuda13-plugin", "13"}, {"jax-cuda12-plugin", "12"}})
    if (version_of(packages, {package})) return facts.set(fact::framework::jax::cuda, std::string(cuda), source);
  facts.set(fact::framework::jax::cuda, Fact::of_none("no CUDA plug-in is installed beside it", source));
}

}  // namespace

std::optional<NamedPackage> parse_package_folder(std::string_view folder) {
  constexpr std::string_view egg = ".egg-info";
  const auto package = folder.ends_with(egg)
                           ? parse_dist_info(std::string(folder.substr(0, folder.size() - egg.size())) + ".dist-info")
                           : parse_dist_info(folder);
  if (!package) return std::nullopt;
  const std::string_view version = package->version;
  const auto parsed = Version::parse(version.substr(0, version.find('-')));  // "2.1.0-py3.11"
  if (!parsed) return std::nullopt;
  std::string name = package->name;
  for (char& c : name)
    if (c == '_' || c == '.') c = '-';
  return NamedPackage{std::move(name), *parsed};
}

bool may_hold_frameworks(const Evidence& evidence, const std::string& folder) {
  if (folder.starts_with("command:")) return true;
  const std::vector<std::string>& names = evidence.list(folder).names;
  return std::any_of(names.begin(), names.end(), [](std::string_view name) {
    if (name.empty() || !contains("tjmolTJMOL", name.substr(0, 1))) return false;
    const std::string start = lower(name.substr(0, 3));
    return start == "tor" || start == "ten" || start == "jax" || start == "mlx" || start == "onn" || start == "lla";
  });
}

std::vector<NamedPackage> packages_in(const Evidence& evidence, const std::string& folder) {
  if (folder.starts_with("command:")) return parse_package_listing(evidence.at(folder).text);
  std::vector<NamedPackage> packages;
  for (const std::string& name : evidence.list(folder).names)
    if (auto package = parse_package_folder(name)) packages.push_back(std::move(*package));
  return packages;
}

std::string assigned_text(std::string_view python, std::string_view variable) {
  for (const std::string_view line : lines_of(python)) {
    if (!line.starts_with(variable)) continue;
    const std::string_view rest = line.substr(variable.size());
    if (!rest.empty() && rest.front() != ':' && rest.front() != ' ' && rest.front() != '=') continue;
    const auto pair = key_value(line, '=');
    if (!pair || pair->second.size() < 3) continue;
    const char quote = pair->second.front();
    if ((quote == '\'' || quote == '"') && pair->second.rfind(quote) > 0)
      return std::string(pair->second.substr(1, pair->second.rfind(quote) - 1));
  }
  return "";
}

std::string cuda_in_suffix(std::string_view version) {
  const std::size_t at = version.find("+cu");
  if (at == version.npos) return "";
  std::string_view digits = version.substr(at + 3);
  digits = digits.substr(0, digits.find_first_not_of("0123456789"));
  if (digits.size() < 3 || digits.size() > 4) return "";
  return std::string(digits.substr(0, digits.size() - 1)) + "." + std::string(digits.substr(digits.size() - 1));
}

Requests framework_requests(const Evidence& evidence) {
  Requests requests;
  for (const PackageFolder& folder : package_folders(evidence)) {
    if (folder.path.starts_with("command:")) continue;
    requests.push_back(list(folder.path));
    for (const std::string& name : evidence.list(folder.path).names) {
      if (name == "llama_cpp") requests.push_back(list(folder.path + "/llama_cpp/lib"));
      // There may be hundreds of others.
      if (lower(std::string_view(name).substr(0, 6)) == "torch-" && parse_package_folder(name)) {
        requests.push_back(file(folder.path + "/torch/version.py", 4096));
        // The HSA runtime that ROCm wheels bring matters in WSL only.
        if (evidence.node("/dev/dxg").found()) requests.push_back(node(folder.path + own_runtime));
      }
    }
  }
  return requests;
}

void read_frameworks(const Evidence& evidence, HostFacts& facts) {
  std::vector<std::string> installs, sources;
  for (const PackageFolder& folder : package_folders(evidence)) {
    if (!may_hold_frameworks(evidence, folder.path)) continue;
    const std::vector<NamedPackage> packages = packages_in(evidence, folder.path);
    const std::vector<std::string> source{key_of_packages(folder.path)};
    for (const NamedPackage& package : packages) {
      const std::string framework(framework_of(package.name));
      if (framework.empty()) continue;
      installs.push_back(fmt::format("{} {} in {}", package.name, package.version.text(), folder.where));
      sources.push_back(source.front());
      const auto version = fact::framework::version_of.find(framework);
      const auto where = fact::framework::where_of.find(framework);
      if (!version || !where || facts.has(*version)) continue;
      facts.set(*version, package.version, source);
      facts.set(*where, folder.where, source);
      if (framework == "torch") read_torch(evidence, folder.path, package, source, facts);
      if (framework == "jax") read_jax(packages, source, facts);
      read_bundled(packages, framework, source, facts);
      read_gpu_code(evidence, folder.path, framework, facts);
    }
  }
  if (!installs.empty()) facts.set(fact::framework::installs, installs, sources);
}

}  // namespace rigfit
