#include "probes/cuda/compatibility.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/framework.hpp"
#include "facts/cuda_code.hpp"

namespace rigfit {
namespace {

/// The facts about one framework.
struct Names {
  std::string_view framework;
  HostFact<std::string> cuda = fact::framework::cuda_of.find(framework).value();
  HostFact<Version> runtime = fact::framework::runtime_of.find(framework).value();
  HostFact<FactList> architectures = fact::framework::architectures_of.find(framework).value();
  HostFact<std::string> code_from = fact::framework::code_from_of.find(framework).value();
  HostFact<std::string> driver_fit = fact::framework::driver_fit_of.find(framework).value();
  DeviceFact<std::string> code = fact::device::code_of.find(framework).value();
  DeviceFact<std::string> fit = fact::device::fit_of.find(framework).value();
};

constexpr Names frameworks[] = {{"torch"}, {"jax"}, {"tensorflow"}};

/// The CUDA version the loaded driver supports: as it says itself, else as NVIDIA's table says of its branch.
Fact supported_cuda(const Platform& cuda) {
  const Fact& reported = cuda.facts.at(fact::cuda::supported_version);
  return reported.value ? reported : cuda.facts.at(fact::cuda::branch_cuda_version);
}

/// What a framework's build was made for: the runtime it bundles, else the version it names.
Fact built_for(const Names& names, const HostFacts& host) {
  const Fact& named = host.at(names.cuda);
  const Fact& bundled = host.at(names.runtime);
  if (named.value && bundled.value) {
    // What lies beside a build is of its major version, or belongs to another framework.
    const auto version = Version::parse(to_text(*named.value));
    const Version* runtime = std::get_if<Version>(&*bundled.value);
    if (version && runtime && version->part(0) == runtime->part(0) && version->size() < 2) return bundled;
  }
  if (!named.value) return names.framework == "torch" || names.framework == "jax" ? named : bundled;
  const auto version = Version::parse(to_text(*named.value));
  return version ? Fact::of(*version, named.sources) : named;
}

std::string grade(CodeFit code, DriverFit driver) {
  if (code == CodeFit::no || driver == DriverFit::no) return "no";
  // The driver translates no PTX that is newer than itself.
  if (code == CodeFit::ptx && driver != DriverFit::direct) return "no";
  return std::string(name_of(driver));
}

void relate_framework(const Names& names, const Fact& supported, bool has_forward_compat, HostFacts& host,
                      Platform& cuda) {
  const Fact build = built_for(names, host);
  const Version* wanted = build.value ? std::get_if<Version>(&*build.value) : nullptr;
  if (!wanted) return;
  const Version* offered = supported.value ? std::get_if<Version>(&*supported.value) : nullptr;
  std::optional<DriverFit> driver;
  if (offered) {
    driver = driver_fit(*wanted, *offered, has_forward_compat);
    host.set(names.driver_fit, std::string(name_of(*driver)), build.sources);
  } else {
    host.set(names.driver_fit, supported.none ? Fact::of_none("no driver is loaded")
                                              : Fact::unknown("which CUDA version the driver supports is not known"));
  }
  const auto* targets = host.get(names.architectures);
  if (targets) {
    const std::vector<std::string>& from = host.at(names.architectures).sources;
    const bool is_read = !from.empty() && from.front().starts_with("ask:gpu-code");
    host.set(names.code_from, std::string(is_read ? "its libraries" : "the table of published builds"), from);
  }
  for (Device& device : cuda.devices) {
    const Version* capability = device.facts.get(fact::device::compute_capability);
    if (!targets || !capability) {
      const std::string why =
          capability ? "for which GPUs this build has code is not known" : "its compute capability is not known";
      device.facts.set(names.code, Fact::unknown(why));
      device.facts.set(names.fit,
                       driver == DriverFit::no ? Fact::of(std::string("no"), build.sources) : Fact::unknown(why));
      continue;
    }
    const CodeFit code = code_fit(*targets, *capability);
    const auto& sources = host.at(names.architectures).sources;
    device.facts.set(names.code, std::string(name_of(code)), sources);
    if (driver || code == CodeFit::no)
      device.facts.set(names.fit, grade(code, driver.value_or(DriverFit::no)), sources);
    else
      device.facts.set(names.fit, Fact::unknown("which CUDA version the driver supports is not known"));
  }
}

/// Lowest and highest of one fact over all devices, where they differ.
template <class T>
void relate_extremes(DeviceFact<T> fact, PlatformFact<T> lowest_fact, PlatformFact<T> highest_fact, Platform& cuda) {
  const T *lowest = nullptr, *highest = nullptr;
  std::vector<std::string> sources;
  for (const Device& device : cuda.devices) {
    const T* value = device.facts.get(fact);
    if (!value) return;
    const auto& from = device.facts.at(fact).sources;
    sources.insert(sources.end(), from.begin(), from.end());
    if (!lowest || *value < *lowest) lowest = value;
    if (!highest || *highest < *value) highest = value;
  }
  if (!lowest || *lowest == *highest) return;
  cuda.facts.set(lowest_fact, *lowest, sources);
  cuda.facts.set(highest_fact, *highest, sources);
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
    if (build.size() < 2 || build.part(1) <= supported.part(1)) return DriverFit::direct;
    return build.part(0) >= first_with_minor_compatibility ? DriverFit::minor_version : DriverFit::no;
  }
  return has_forward_compat ? DriverFit::forward_compat : DriverFit::no;
}

void relate_cuda(Facts& facts) {
  Platform* cuda = facts.platform("cuda");
  if (!cuda) return;
  const Fact supported = supported_cuda(*cuda);
  const bool has_forward_compat = cuda->facts.at(fact::cuda::forward_compat).known();
  for (const Names& names : frameworks) relate_framework(names, supported, has_forward_compat, facts.host, *cuda);
  const Version* toolkit = cuda->facts.get(fact::cuda::toolkit_version);
  if (const Version* offered = supported.value ? std::get_if<Version>(&*supported.value) : nullptr; toolkit && offered)
    cuda->facts.set(fact::cuda::toolkit_fit, std::string(name_of(driver_fit(*toolkit, *offered, has_forward_compat))),
                    cuda->facts.at(fact::cuda::toolkit_version).sources);
  if (cuda->devices.size() > 1) {
    relate_extremes(fact::device::memory_total_bytes, fact::cuda::lowest_memory_total_bytes,
                    fact::cuda::highest_memory_total_bytes, *cuda);
    relate_extremes(fact::device::compute_capability, fact::cuda::lowest_compute_capability,
                    fact::cuda::highest_compute_capability, *cuda);
  }
}

}  // namespace rigfit
