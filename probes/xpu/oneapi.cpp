#include "probes/xpu/oneapi.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "fact_names/xpu.hpp"
#include "facts/version.hpp"
#include "probes/parse/text.hpp"
#include "probes/python/packages.hpp"

namespace rigfit {
namespace {

/// What setvars.sh sets to the folder of its compiler and SYCL runtime: "/opt/intel/oneapi/compiler/2025.1".
constexpr std::string_view compiler_root = "CMPLR_ROOT";

}  // namespace

Requests oneapi_requests() { return {env(std::string(compiler_root))}; }

void read_oneapi(const Evidence& evidence, Platform& platform) {
  const Answer& root = evidence.env(compiler_root);
  const std::vector<std::string> source{key_of(Kind::env, compiler_root)};
  if (!root.found()) return;
  std::string_view folder = trimmed(root.text);
  while (folder.ends_with('/')) folder.remove_suffix(1);
  const auto compiler = Version::parse(folder.substr(folder.rfind('/') + 1));
  if (!compiler) return;
  platform.facts.set(fact::xpu::oneapi_version, *compiler, source);
  for (const InstalledPackage& package : installed_packages(evidence)) {
    const auto runtime = Version::parse(package.version);
    if (package.name != "intel_sycl_rt" || !runtime) continue;
    const std::vector<std::string> both{source.front(), key_of(Kind::list, package.folder)};
    platform.facts.set(fact::xpu::sycl_version, *runtime, both);
    platform.facts.set(fact::xpu::oneapi_clashes,
                       runtime->part(0) != compiler->part(0) || runtime->part(1) != compiler->part(1), both);
    return;
  }
}

}  // namespace rigfit
