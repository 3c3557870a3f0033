#include <fmt/format.h>

#include <algorithm>

#include "analysis/version.hpp"
#include "export/cuda_values.hpp"
#include "export/x86_level.hpp"
#include "fact_names/device.hpp"
#include "fact_names/rocm.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

// PEP 825 (draft) defines the properties that variants of a wheel have, PEP 850 (draft, October 2026) that an installer
// may be given a static list of those that fit instead of running providers, and leaves the list's form to installers.
// This is uv's, preview feature wheel-variants, variable UV_VARIANT_LOCK:
// https://peps.python.org/pep-0850/ https://github.com/astral-sh/uv/pull/12203

struct Feature {
  std::string name;
  std::vector<std::string> values;  ///< that fit, the best first
};

/// Of a name and of a value, by PEP 825: none of the characters that TOML would have to escape.
bool is_value(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_' || c == '.';
  });
}

/// "13.2", "13.1", "13.0", "13", "12.20", …: the versions from `from` down to `to`, with those of no minor number.
std::vector<std::string> versions_down(int from_major, int from_minor, int to_major, int to_minor, int minor_most) {
  std::vector<std::string> values;
  for (int major = from_major; major >= to_major; --major) {
    for (int minor = major == from_major ? from_minor : minor_most; minor >= (major == to_major ? to_minor : 0);
         --minor)
      values.push_back(fmt::format("{}.{}", major, minor));
    if (major > to_major || to_minor == 0) values.push_back(std::to_string(major));
  }
  return values;
}

std::vector<Feature> nvidia_features(const CudaValues& cuda, const ExportRules& rules) {
  const int major = static_cast<int>(std::min<std::uint64_t>(cuda.version->part(0), 1000)),
            minor = static_cast<int>(std::min<std::uint64_t>(cuda.version->part(1), 1000));
  std::vector<Feature> features;
  features.push_back(
      {"cuda_version_lower_bound", versions_down(major, minor, rules.cuda_major_least, 0, rules.cuda_minor_most)});
  features.push_back({"cuda_version_upper_bound", versions_down(rules.cuda_major_most, rules.cuda_minor_most, major,
                                                                minor + 1, rules.cuda_minor_most)});
  if (!cuda.least_capability) return features;
  // Of unlike GPUs the least one: what has code for it runs on the others, too, as their driver translates it.
  const auto sm_major = cuda.least_capability->part(0), sm_minor = cuda.least_capability->part(1);
  Feature arch{"sm_arch", {}};
  for (std::uint64_t n = std::min<std::uint64_t>(sm_minor, 9) + 1; n-- > 0;)
    arch.values.push_back(fmt::format("{}{}_real", sm_major, n));
  arch.values.push_back(fmt::format("{}0_virtual", sm_major));
  features.push_back(std::move(arch));
  return features;
}

std::vector<Feature> amd_features(const PlatformValues& rocm) {
  std::vector<Feature> features{{"gfx_arch", rocm.architectures}};
  if (const auto* version = rocm.platform->facts.get(fact::rocm::version))
    features.push_back(
        {"rocm_version", {fmt::format("{}.{}.{}", version->part(0), version->part(1), version->part(2))}});
  return features;
}

class Lock {
 public:
  explicit Lock(const ExportRules& rules) : rules_(rules) {
    exported_.text = fmt::format(
        "# Variants of wheels that fit this machine: UV_VARIANT_LOCK=FILE uv pip install --preview-features "
        "wheel-variants\n"
        "[metadata]\ncreated-by = \"rigfit {}\"\nversion = \"0.1\"\n",
        tool_version());
  }

  void add(std::string_view space, const std::vector<Feature>& features) {
    const auto provider = std::find_if(rules_.variant_providers.begin(), rules_.variant_providers.end(),
                                       [&](const VariantProvider& one) { return one.space == space; });
    if (provider == rules_.variant_providers.end()) return;
    has_any_ = true;
    exported_.text += fmt::format("\n[[provider]]\nresolved = [\"{}=={}\"]\nplugin-api = \"{}\"\nnamespace = \"{}\"\n",
                                  provider->package, provider->version, provider->plugin_api, space);
    exported_.text += "\n[provider.properties]\n";
    for (const Feature& feature : features)
      if (!feature.values.empty()) add_feature(space, feature);
  }

  void leave_out(std::string what, std::string because) {
    exported_.left_out.push_back({std::move(what), std::move(because)});
  }

  Exported finish() && {
    // A key without a table header would belong to the table above it.
    if (!has_any_) exported_.text.insert(exported_.text.find("[metadata]"), "provider = []\n\n");
    return std::move(exported_);
  }

 private:
  void add_feature(std::string_view space, const Feature& feature) {
    std::vector<std::string> quoted;
    for (const std::string& value : feature.values)
      if (is_value(value))
        quoted.push_back('"' + value + '"');
      else
        leave_out(fmt::format("a value of {} :: {}", space, feature.name), "PEP 825 allows 0-9, a-z, _ and . alone");
    exported_.text += fmt::format("{} = [{}]\n", feature.name, join(quoted));
  }

  const ExportRules& rules_;
  Exported exported_;
  bool has_any_ = false;
};

}  // namespace

Exported export_pep850(const Analysis& analysis, const ExportWishes&) {
  const MachineValues values(analysis);
  const ExportRules& rules = *analysis.rules->exports;
  Lock lock(rules);
  const CudaValues cuda = cuda_values(values);
  if (cuda.usable == Truth::unknown) lock.leave_out("nvidia", "whether CUDA can be used is not known: " + cuda.because);
  if (cuda.usable == Truth::yes && !cuda.version)
    lock.leave_out("nvidia", "which CUDA the driver supports is not known");
  if (cuda.usable == Truth::yes && cuda.version) {
    if (!cuda.least_capability) lock.leave_out("nvidia :: sm_arch", "the compute capability is not known of every GPU");
    lock.add("nvidia", nvidia_features(cuda, rules));
  }
  for (const PlatformValues& platform : values.platforms)
    if (platform.platform->id == "rocm" && !platform.architectures.empty()) lock.add("amd", amd_features(platform));
  std::vector<std::string> levels = x86_levels(values.facts.host, rules);
  std::reverse(levels.begin(), levels.end());
  if (!levels.empty()) lock.add("x86_64", {{"level", levels}});
  return std::move(lock).finish();
}

}  // namespace rigfit
