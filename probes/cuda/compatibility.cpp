#include "probes/cuda/compatibility.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "facts/cuda_code.hpp"

namespace rigfit {
namespace {

constexpr std::array<std::string_view, 3> frameworks{"torch", "jax", "tensorflow"};

/// The CUDA version the loaded driver supports: as it says itself, else as NVIDIA's table says of its branch.
Fact supported_cuda(const Platform& cuda) {
  const Fact& reported = cuda.facts.at("supported_version");
  return reported.value ? reported : cuda.facts.at("branch_cuda_version");
}

/// What a framework's build was made for: the runtime it bundles, else the version it names.
Fact built_for(std::string_view framework, const FactTable& host) {
  const std::string base = "framework." + std::string(framework);
  const Fact& named = host.at(base + ".cuda");
  const Fact& bundled = host.at(base + ".runtime");
  if (named.value && bundled.value) {
    // What lies beside a build is of its major version, or belongs to another framework.
    const auto version = Version::parse(to_text(*named.value));
    const Version* runtime = std::get_if<Version>(&*bundled.value);
    if (version && runtime && version->part(0) == runtime->part(0) && version->parts().size() < 2) return bundled;
  }
  if (!named.value) return framework == "torch" || framework == "jax" ? named : bundled;
  const auto version = Version::parse(to_text(*named.value));
  return version ? Fact::of(*version, named.sources) : named;
}

std::string grade(CodeFit code, DriverFit driver) {
  if (code == CodeFit::no || driver == DriverFit::no) return "no";
  // The driver translates no PTX that is newer than itself.
  if (code == CodeFit::ptx && driver != DriverFit::direct) return "no";
  return std::string(name_of(driver));
}

void relate_framework(std::string_view name, const Fact& supported, bool has_forward_compat, FactTable& host,
                      Platform& cuda) {
  const std::string base = "framework." + std::string(name);
  const Fact build = built_for(name, host);
  const Version* wanted = build.value ? std::get_if<Version>(&*build.value) : nullptr;
  if (!wanted) return;
  const Version* offered = supported.value ? std::get_if<Version>(&*supported.value) : nullptr;
  std::optional<DriverFit> driver;
  if (offered) {
    driver = driver_fit(*wanted, *offered, has_forward_compat);
    host.set(base + ".driver_fit", std::string(name_of(*driver)), build.sources);
  } else {
    host.set(base + ".driver_fit", supported.none
                                       ? Fact::of_none("no driver is loaded")
                                       : Fact::unknown("which CUDA version the driver supports is not known"));
  }
  const auto* targets = host.get<std::vector<std::string>>(base + ".architectures");
  if (targets) {
    const std::vector<std::string>& from = host.at(base + ".architectures").sources;
    const bool is_read = !from.empty() && from.front().starts_with("ask:gpu-code");
    host.set(base + ".code_from", std::string(is_read ? "its libraries" : "the table of published builds"), from);
  }
  for (Device& device : cuda.devices) {
    const Version* capability = device.facts.get<Version>("compute_capability");
    const std::string code_fact = std::string(name) + "_code", fit_fact = std::string(name) + "_fit";
    if (!targets || !capability) {
      const std::string why =
          capability ? "for which GPUs this build has code is not known" : "its compute capability is not known";
      device.facts.set(code_fact, Fact::unknown(why));
      device.facts.set(fit_fact,
                       driver == DriverFit::no ? Fact::of(std::string("no"), build.sources) : Fact::unknown(why));
      continue;
    }
    const CodeFit code = code_fit(*targets, *capability);
    const auto& sources = host.at(base + ".architectures").sources;
    device.facts.set(code_fact, std::string(name_of(code)), sources);
    if (driver || code == CodeFit::no)
      device.facts.set(fit_fact, grade(code, driver.value_or(DriverFit::no)), sources);
    else
      device.facts.set(fit_fact, Fact::unknown("which CUDA version the driver supports is not known"));
  }
}

/// Lowest and highest of one fact over all devices, where they differ.
template <class T>
void relate_extremes(const std::string& fact, Platform& cuda) {
  const T *lowest = nullptr, *highest = nullptr;
  std::vector<std::string> sources;
  for (const Device& device : cuda.devices) {
    const T* value = device.facts.get<T>(fact);
    if (!value) return;
    const auto& from = device.facts.at(fact).sources;
    sources.insert(sources.end(), from.begin(), from.end());
    if (!lowest || *value < *lowest) lowest = value;
    if (!highest || *highest < *value) highest = value;
  }
  if (!lowest || *lowest == *highest) return;
  cuda.facts.set("lowest_" + fact, *lowest, sources);
  cuda.facts.set("highest_" + fact, *highest, sources);
}

}  // namespace

std::string_view name_of(DriverFit fit) {
  switch (fit) {
    case DriverFit::direct:
      return "direct";
    case DriverFit::minor_version:
      return "minor_version";
    case DriverFit::forward_compat:
      return "forward_compat";
    default:
      return "no";
  }
}

DriverFit driver_fit(const Version& build, const Version& supported, bool has_forward_compat) {
  constexpr std::uint64_t first_with_minor_compatibility = 11;
  if (build.part(0) < supported.part(0)) return DriverFit::direct;
  if (build.part(0) == supported.part(0)) {
    // "12" alone names the family, and the family's oldest member is enough.
    if (build.parts().size() < 2 || build.part(1) <= supported.part(1)) return DriverFit::direct;
    return build.part(0) >= first_with_minor_compatibility ? DriverFit::minor_version : DriverFit::no;
  }
  return has_forward_compat ? DriverFit::forward_compat : DriverFit::no;
}

void relate_cuda(Facts& facts) {
  Platform* cuda = facts.platform("cuda");
  if (!cuda) return;
  const Fact supported = supported_cuda(*cuda);
  const bool has_forward_compat = cuda->facts.at("forward_compat").known();
  for (const std::string_view name : frameworks)
    relate_framework(name, supported, has_forward_compat, facts.host, *cuda);
  const Version* toolkit = cuda->facts.get<Version>("toolkit_version");
  if (const Version* offered = supported.value ? std::get_if<Version>(&*supported.value) : nullptr; toolkit && offered)
    cuda->facts.set("toolkit_fit", std::string(name_of(driver_fit(*toolkit, *offered, has_forward_compat))),
                    cuda->facts.at("toolkit_version").sources);
  if (cuda->devices.size() > 1) {
    relate_extremes<std::int64_t>("memory_total_bytes", *cuda);
    relate_extremes<Version>("compute_capability", *cuda);
  }
}

}  // namespace rigfit
