#include "probes/mps/software.hpp"

#include <algorithm>
#include <array>

#include "fact_names/framework.hpp"
#include "fact_names/mps.hpp"
#include "probes/mps/mach_o.hpp"
#include "probes/parse/text.hpp"
#include "probes/python/packages.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

// Homebrew of Apple silicon and of Intel, Apple's own, python.org, MacPorts, the conda family, uv.
constexpr std::array<std::string_view, 12> interpreters{
    "/opt/homebrew/bin/python3",
    "/usr/local/bin/python3",
    "/usr/bin/python3",
    "/Library/Frameworks/Python.framework/Versions/Current/bin/python3",
    "/opt/local/bin/python3",
    "/opt/anaconda3/bin/python3",
    "/opt/miniconda3/bin/python3",
    "/opt/homebrew/Caskroom/miniforge/base/bin/python3",
    "~/miniforge3/bin/python3",
    "~/miniconda3/bin/python3",
    "~/anaconda3/bin/python3",
    "~/.local/share/uv/python/*/bin/python3"};

constexpr std::array<const char*, 7> package_folders{
    "/opt/homebrew/lib/python3*/site-packages",
    "/usr/local/lib/python3*/site-packages",
    "/Library/Frameworks/Python.framework/Versions/*/lib/python3*/site-packages",
    "/opt/miniconda3/lib/python3*/site-packages",
    "~/miniforge3/lib/python3*/site-packages",
    "~/miniconda3/lib/python3*/site-packages",
    "~/anaconda3/lib/python3*/site-packages"};

constexpr std::array<const char*, 5> variables{"PYTORCH_ENABLE_MPS_FALLBACK", "PYTORCH_MPS_HIGH_WATERMARK_RATIO",
                                               "PYTORCH_MPS_LOW_WATERMARK_RATIO", "GITHUB_ACTIONS",
                                               "RUNNER_ENVIRONMENT"};

/// The interpreter of the active environment; empty when none is active.
std::string active_interpreter(const Evidence& evidence) {
  for (const char* variable : {"VIRTUAL_ENV", "CONDA_PREFIX"})
    if (const std::string_view folder = trimmed(evidence.env(variable).text); !folder.empty() && folder.size() < 4096)
      return std::string(folder) + "/bin/python3";
  return "";
}

bool is_native(const std::vector<std::string>& processors) {
  return std::any_of(processors.begin(), processors.end(), [](const std::string& p) { return p.starts_with("arm64"); });
}

}  // namespace

Requests software_requests(const Evidence& evidence) {
  Requests requests = active_environment(evidence);
  for (const char* variable : variables) requests.push_back(env(variable));
  for (const std::string_view path : interpreters) requests.push_back(file(std::string(path), mach_o_head));
  if (std::string path = active_interpreter(evidence); !path.empty()) requests.push_back(file(path, mach_o_head));
  for (const char* folder : package_folders) requests.push_back(list(folder));
  return requests;
}

void read_pythons(const Evidence& evidence, PlatformFacts& facts) {
  std::vector<std::string> all, translated, sources;
  const std::string active = active_interpreter(evidence);
  const auto look = [&](const std::string& path) {
    const Answer& answer = evidence.file(path);
    const std::vector<std::string> processors = answer.found() ? parse_mach_o(answer.text) : std::vector<std::string>{};
    if (processors.empty()) return;  // not there, or a script
    const std::string key = key_of(Kind::file, path);
    sources.push_back(key);
    all.push_back(path + " (" + join(processors, " and ") + ")");
    if (!is_native(processors)) translated.push_back(path);
    if (path == active)
      facts.set(fact::mps::active_python, std::string(is_native(processors) ? "arm64" : processors[0]), {key});
  };
  for (const std::string_view glob : interpreters)
    for (const std::string& path : evidence.expand(glob)) look(path);
  if (!active.empty()) look(active);
  if (evidence.env("VIRTUAL_ENV").absent() && evidence.env("CONDA_PREFIX").absent())
    facts.set(fact::mps::active_python,
              Fact::of_none("no environment is active", {"env:VIRTUAL_ENV", "env:CONDA_PREFIX"}));
  if (all.empty()) return;
  facts.set(fact::mps::pythons, all, sources);
  facts.set(fact::mps::python_translated, translated.empty()
                                              ? Fact::of_none("every Python seen has native code", sources)
                                              : Fact::of(translated, sources));
}

void read_plugins(const Evidence& evidence, PlatformFacts& facts, HostFacts& host) {
  const std::vector<InstalledPackage> packages = installed_packages(evidence);
  const auto beside = [&](const InstalledPackage& plugin, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
      for (const InstalledPackage& other : packages)
        if (other.folder == plugin.folder && other.name == name) return Version::parse(other.version);
    return std::optional<Version>{};
  };
  for (const InstalledPackage& package : packages) {
    const std::vector<std::string> source{key_of(Kind::list, package.folder)};
    const auto version = Version::parse(package.version);
    if (!version) continue;
    if (const auto name = fact::framework::version_of.find(package.name))
      host.set_if_unknown(*name, Fact::of(*version, source));
    if (package.name == "tensorflow_metal") {
      facts.set_if_unknown(fact::mps::tensorflow_metal_version, Fact::of(*version, source));
      const auto tensorflow = beside(package, {"tensorflow", "tensorflow_macos"});
      facts.set_if_unknown(fact::mps::tensorflow_beside_metal, tensorflow
                                                                   ? Fact::of(*tensorflow, source)
                                                                   : Fact::of_none("no TensorFlow beside it", source));
    }
    const auto jaxlib = beside(package, {"jaxlib"});
    if (package.name == "jax_metal") {
      facts.set_if_unknown(fact::mps::jax_metal_version, Fact::of(*version, source));
      if (jaxlib) facts.set_if_unknown(fact::mps::jaxlib_beside_metal, Fact::of(*jaxlib, source));
    }
    if (package.name == "jax_mps") {
      facts.set_if_unknown(fact::mps::jax_mps_version, Fact::of(*version, source));
      if (!jaxlib) {
        facts.set_if_unknown(fact::mps::jax_mps_matches, Fact::of_none("no jaxlib beside it", source));
        continue;
      }
      facts.set_if_unknown(fact::mps::jaxlib_beside_mps, Fact::of(*jaxlib, source));
      // Each minor release is for the one of jaxlib with the same number.
      const auto minor = [](const std::string& text) { return text.substr(0, text.find('.', text.find('.') + 1)); };
      facts.set_if_unknown(fact::mps::jax_mps_matches,
                           Fact::of(minor(version->text()) == minor(jaxlib->text()), source));
    }
  }
}

std::optional<double> decimal(std::string_view text) {
  double value = 0, place = 0;
  if (text.empty() || text.size() > 18 || text == ".") return std::nullopt;
  for (const char c : text) {
    if (c == '.' && place == 0) {
      place = 1;
    } else if (c >= '0' && c <= '9') {
      value = value * 10 + (c - '0');
      place *= 10;
    } else {
      return std::nullopt;
    }
  }
  return place > 1 ? value / place : value;
}

void read_environment(const Evidence& evidence, PlatformFacts& facts) {
  const auto number = [&](const char* variable) {
    const Answer& answer = evidence.env(variable);
    return answer.found() ? decimal(trimmed(answer.text)) : std::nullopt;
  };
  if (const Answer& fallback = evidence.env("PYTORCH_ENABLE_MPS_FALLBACK"); fallback.found() || fallback.absent())
    facts.set(fact::mps::fallback, fallback.found() && trimmed(fallback.text) != "0" && !trimmed(fallback.text).empty(),
              {"env:PYTORCH_ENABLE_MPS_FALLBACK"});
  const auto high = number("PYTORCH_MPS_HIGH_WATERMARK_RATIO"), low = number("PYTORCH_MPS_LOW_WATERMARK_RATIO");
  const bool both_known = (high || evidence.env("PYTORCH_MPS_HIGH_WATERMARK_RATIO").absent()) &&
                          (low || evidence.env("PYTORCH_MPS_LOW_WATERMARK_RATIO").absent());
  if (high) facts.set(fact::mps::high_watermark, *high, {"env:PYTORCH_MPS_HIGH_WATERMARK_RATIO"});
  if (high || evidence.env("PYTORCH_MPS_HIGH_WATERMARK_RATIO").absent())
    facts.set(fact::mps::watermark_off, high.value_or(1.7) == 0, {"env:PYTORCH_MPS_HIGH_WATERMARK_RATIO"});
  if (low) facts.set(fact::mps::low_watermark, *low, {"env:PYTORCH_MPS_LOW_WATERMARK_RATIO"});
  // The defaults with unified memory: 1.7 and 1.4. PyTorch refuses a low mark above a high one that is not 0, so that
  // lowering the high one alone breaks it. docs.pytorch.org/docs/stable/mps_environment_variables.html (2026)
  if (both_known)
    facts.set(fact::mps::watermark_invalid, high.value_or(1.7) != 0 && low.value_or(1.4) > high.value_or(1.7),
              {"env:PYTORCH_MPS_HIGH_WATERMARK_RATIO", "env:PYTORCH_MPS_LOW_WATERMARK_RATIO"});
  if (evidence.env("GITHUB_ACTIONS").found())
    facts.set(
        fact::mps::ci,
        std::string(trimmed(evidence.env("RUNNER_ENVIRONMENT").text) == "self-hosted" ? "GitHub Actions, self-hosted"
                                                                                      : "GitHub Actions"),
        {"env:GITHUB_ACTIONS", "env:RUNNER_ENVIRONMENT"});
}

}  // namespace rigfit
