#include "judge/installed/packages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/cuda.hpp"
#include "fact_names/fit.hpp"
#include "fact_names/framework.hpp"
#include "fact_names/installed.hpp"
#include "fact_names/os.hpp"
#include "judge/diagnose/diagnose.hpp"
#include "judge/recommend/first_choice.hpp"
#include "judge/support/builds.hpp"
#include "judge/support/resolver.hpp"
#include "text/join.hpp"
#include "text/shell_word.hpp"

namespace rigfit {
namespace {

bool is_within(const Version& version, const std::string& from, const std::string& below) {
  if (const auto least = Version::parse(from); least && version < *least) return false;
  if (const auto end = Version::parse(below); end && !(version < *end)) return false;
  return true;
}

bool is_same_release(const Version& a, const Version& b) { return a.part(0) == b.part(0) && a.part(1) == b.part(1); }

/// "2.4.0" of "2.4.0+cu121": what comes after says how it was built.
std::string public_part(std::string_view version) { return std::string(version.substr(0, version.find('+'))); }

std::string specifier(const PackagePair& pair, std::string_view beside) {
  if (pair.same) return fmt::format("{}=={}", pair.package, public_part(beside));
  if (const auto version = Version::parse(public_part(beside)); pair.same_release && version)
    return fmt::format("{}=={}.{}.*", pair.package, version->part(0), version->part(1));
  std::string text = pair.package;
  if (!pair.from.empty()) text += ">=" + pair.from;
  if (!pair.below.empty()) text += (pair.from.empty() ? "<" : ",<") + pair.below;
  return text;
}

std::optional<PackageFault> fault_of(const PackagePair& pair, const InstalledPackages& packages, std::string_view os,
                                     std::string_view torch_cuda) {
  const auto own = packages.find(pair.package), other = packages.find(pair.beside);
  if (own == packages.end() || other == packages.end() || (!pair.os.empty() && pair.os != os)) return std::nullopt;
  if (!pair.beside_cuda.empty() && torch_cuda.substr(0, torch_cuda.find('.')) != pair.beside_cuda) return std::nullopt;
  const auto version = Version::parse(public_part(own->second)), beside = Version::parse(public_part(other->second));
  if (!version || !beside || !is_within(*beside, pair.beside_from, pair.beside_below)) return std::nullopt;
  const bool fits = pair.same           ? *version == *beside
                    : pair.same_release ? is_same_release(*version, *beside)
                                        : is_within(*version, pair.from, pair.below);
  if (fits) return std::nullopt;
  return PackageFault{pair.id, fmt::format("{} {} beside {} {}", own->first, own->second, other->first, other->second),
                      specifier(pair, other->second)};
}

std::optional<PackageFault> fault_of(const PackageClash& clash, const InstalledPackages& packages) {
  std::vector<std::string> here;
  for (const std::string& package : clash.packages)
    if (packages.count(package)) here.push_back(package);
  if (here.size() < 2) return std::nullopt;
  std::string found;
  for (const std::string& package : here)
    found += fmt::format("{}{} {}", found.empty() ? "" : ", ", package, packages.at(package));
  return PackageFault{clash.id, found, here.front(), true};
}

/// Where pip gets what goes with the installed torch: the index that its version names. The wheels of the registry
/// itself name none.
std::string torch_index(const std::string& torch) {
  const std::size_t plus = torch.find('+');
  if (plus == torch.npos) return "";
  const std::string flavor = torch.substr(plus + 1);
  const bool is_named = flavor.starts_with("cu") || flavor.starts_with("rocm") || flavor == "cpu" || flavor == "xpu";
  return is_named ? " --index-url https://download.pytorch.org/whl/" + flavor : "";
}

InstalledPackages packages_of(const Facts& facts) {
  InstalledPackages packages;
  if (const auto* list = facts.host.get(fact::installed::packages))
    for (const std::string& one : *list)
      if (const std::size_t space = one.find(' '); space != one.npos)
        packages.emplace(one.substr(0, space), one.substr(space + 1));
  return packages;
}

std::string repair(const PackageFault& fault, const std::string& python, const InstalledPackages& packages) {
  const auto torch = packages.find("torch");
  const bool goes_with_torch = fault.needs.starts_with("torchvision") || fault.needs.starts_with("torchaudio");
  if (!fault.is_clash)
    return fmt::format("{} -m pip install {}{}", python, shell_word(fault.needs),
                       goes_with_torch && torch != packages.end() ? torch_index(torch->second) : "");
  // The library's folder is gone with either package: the other one is put back.
  std::string kept;
  for (const auto& [name, version] : packages)
    if (name != fault.needs && fault.found.find(name + " ") != std::string::npos) kept = name + "==" + version;
  return fmt::format("{0} -m pip uninstall -y {1} && {0} -m pip install --force-reinstall --no-deps {2}", python,
                     fault.needs, shell_word(kept));
}

bool is_of_release(const Build& build, const Version& version) {
  const auto published = Version::parse(build.version);
  return published && is_same_release(*published, version);
}

/// Published by a chip's vendor, who builds a release for fewer Pythons than the framework's own project does.
bool is_of_vendor(const Build& build) {
  return build.platform == "gaudi" || build.platform == "neuron" || build.platform == "ascend" ||
         build.platform == "tpu";
}

/// The published builds of a release that are for this system. Where the first number is 0, each third one is a release
/// of its own, and the rows tell of some of them.
std::vector<const Build*> builds_of(const FrameworkRule& framework, const Version& version, const Facts& facts) {
  std::vector<const Build*> builds;
  for (const Build& build : framework.builds) {
    const bool is_for_other = std::any_of(build.needs.begin(), build.needs.end(), [&](const Requirement& need) {
      return (need.name == "os" || need.name == "arch") && holds(need.when, facts) == Truth::no;
    });
    const auto published = Version::parse(build.version);
    const bool is_other = version.part(0) == 0 && published && published->part(2) != version.part(2);
    if (!is_of_vendor(build) && is_of_release(build, version) && !is_other && !is_for_other) builds.push_back(&build);
  }
  return builds;
}

/// A release that was never published for the environment's Python, or for a C library as old as this one.
std::vector<PackageFault> release_faults(const FrameworkRule& framework, const std::string& package,
                                         const std::string& version_text, const Facts& facts) {
  std::vector<PackageFault> faults;
  const auto version = Version::parse(public_part(version_text));
  const std::vector<const Build*> builds =
      version ? builds_of(framework, *version, facts) : std::vector<const Build*>{};
  if (builds.empty()) return faults;
  const auto* python = facts.host.get(fact::installed::python_version);
  if (python && std::none_of(builds.begin(), builds.end(), [&](const Build* b) { return takes_python(*b, *python); }))
    faults.push_back({"python", fmt::format("{} {} in Python {}", package, version_text, python->text()),
                      "Python " + range_text(builds.front()->python)});
  const Requirement* glibc = nullptr;
  for (const Build* build : builds) {
    const auto need = std::find_if(build->needs.begin(), build->needs.end(),
                                   [](const Requirement& one) { return one.name == "glibc"; });
    if (need == build->needs.end() || holds(need->when, facts) != Truth::no) return faults;
    glibc = &*need;
  }
  faults.push_back({"glibc", fmt::format("{} {}", package, version_text), fill_in(glibc->miss, facts)});
  return faults;
}

/// A build that runs with another driver only is no way out of having this one.
bool takes_other_driver(const Build& build, const Facts& facts) {
  const auto has_driver = [](const Platform& platform) {
    return platform.facts.has(fact::cuda::driver_version) && !platform.facts.at(fact::cuda::driver_version).none;
  };
  return std::any_of(facts.platforms.begin(), facts.platforms.end(), has_driver) &&
         std::any_of(build.needs.begin(), build.needs.end(), [&](const Requirement& need) {
           return need.name == "driver" && holds(need.when, facts) == Truth::no;
         });
}

bool has_accelerator(const Facts& facts) {
  return std::any_of(facts.platforms.begin(), facts.platforms.end(), [](const Platform& platform) {
    return platform.id != "cpu" && !platform.devices.empty() && platform.layers[Layer::bus].holds == Truth::yes;
  });
}

/// The support of a framework as the recommendation sees it: with the same devices, and with what is known to be wrong.
Support support_of(const RuleBook& rules, const FrameworkRule& framework, const Facts& facts,
                   const Diagnosis& diagnosis, ResolutionStore& store, const BuildDemands& demands = {}) {
  const WorldChanges as_it_is;
  const SupposedWorld asked_about{as_it_is, store, Wording::all};
  return assess_support(rules, facts, diagnosis, {&framework}, demands, &asked_about).front();
}

/// fit.pytorch.…, fit.jax.…: the platform on which each runs here, and what installs it there.
void tell_fit(const RuleBook& rules, const Diagnosis& diagnosis, ResolutionStore& store, Facts& facts) {
  const auto tell = [&](const char* id, HostFact<std::string> platform, HostFact<std::string> command) {
    const FrameworkRule* framework = rules.framework(id);
    if (!framework) return;
    const Support support = support_of(rules, *framework, facts, diagnosis, store);
    const auto [build, install] = best_build(support);
    if (!build) return;
    facts.host.set(platform, support.best_platform_after, {});
    facts.host.set(command, install->python_here == Truth::no ? install->uv : install->pip, {});
  };
  tell("pytorch", fact::fit::pytorch::platform, fact::fit::pytorch::command);
  tell("jax", fact::fit::jax::platform, fact::fit::jax::command);
}

}  // namespace

std::vector<PackageFault> package_faults(const PackageRules& rules, const InstalledPackages& packages,
                                         std::string_view os, std::string_view torch_cuda) {
  std::vector<PackageFault> faults;
  const auto add = [&](std::optional<PackageFault> fault) {
    if (!fault) return;
    if (std::none_of(faults.begin(), faults.end(), [&](const PackageFault& one) { return one.id == fault->id; }))
      faults.push_back(std::move(*fault));
  };
  for (const PackagePair& pair : rules.pairs) add(fault_of(pair, packages, os, torch_cuda));
  for (const PackageClash& clash : rules.clashes) add(fault_of(clash, packages));
  return faults;
}

/// Plug-ins of another CUDA or ROCm than is installed now stay behind, and JAX may take them: jax-cuda13-plugin beside
/// "jax[cuda12]". Empty for none; else with " && " at its end.
std::string uninstall_plugins(std::string_view package, std::string_view arguments, const InstalledPackages& packages,
                              const std::string& python) {
  std::string others;
  for (const auto& [name, version] : packages) {
    const std::string_view extra = std::string_view(name).substr(std::min(package.size() + 1, name.size()));
    if (!name.starts_with(package) || !(extra.starts_with("cuda") || extra.starts_with("rocm"))) continue;
    if (arguments.find(fmt::format("[{}", extra.substr(0, extra.find('-')))) == arguments.npos)
      append_to_list(others, name, " ");
  }
  return others.empty() ? "" : fmt::format("{} -m pip uninstall -y {} && ", python, others);
}

void judge_installed(const RuleBook& rules, Facts& facts, ResolutionStore* kept) {
  ResolutionStore own;
  ResolutionStore& store = kept ? *kept : own;
  const Fact list = facts.host.at(fact::installed::packages);
  const InstalledPackages packages = packages_of(facts);
  const std::string* known = facts.host.get(fact::installed::python);
  const std::string python = known ? *known : "python3";
  const std::string* os = facts.host.get(fact::os::family);
  const std::string* cuda = facts.host.get(fact::framework::torch::cuda);
  const auto tell = [&](const PackageFault& fault) {
    const std::string base = fmt::format("install.{}.", fault.id);
    facts.host.set_by_name_if_unknown(base + "found", Fact::of(fault.found, list.sources));
    facts.host.set_by_name_if_unknown(base + "needs", Fact::of(fault.needs, list.sources));
  };
  const std::vector<PackageFault> faults =
      packages.empty() ? std::vector<PackageFault>{}  // nothing has to be read of the rules
                       : package_faults(*rules.packages, packages, os ? *os : "", cuda ? *cuda : "");
  for (const PackageFault& fault : faults) {
    tell(fault);
    facts.host.set_by_name(fmt::format("install.{}.command", fault.id),
                           Fact::of(repair(fault, python, packages), list.sources));
  }
  // What is wrong decides which devices a build may count on; what the findings say of packages does not.
  const bool is_fit_asked = has_accelerator(facts);
  const Diagnosis diagnosis = is_fit_asked ? diagnose(rules, facts, Wanting::findings) : Diagnosis{};
  if (is_fit_asked) tell_fit(rules, diagnosis, store, facts);
  BuildDemands demands;
  if (const auto* version = facts.host.get(fact::installed::python_version)) demands.python = *version;
  for (const auto& [package, id] : {std::pair{"torch", "pytorch"}, {"jax", "jax"}, {"tensorflow", "tensorflow"}}) {
    const auto installed = packages.find(package);
    const FrameworkRule* framework = installed == packages.end() ? nullptr : rules.framework(id);
    if (!framework) continue;
    for (const PackageFault& fault : release_faults(*framework, package, installed->second, facts)) tell(fault);
    if (!is_fit_asked) continue;
    const Support support = support_of(rules, *framework, facts, diagnosis, store, demands);
    const auto [build, install] = best_build(support);
    if (!build || build->packages.empty() || support.best_platform_after == "cpu" || takes_other_driver(*build, facts))
      continue;
    facts.host.set_by_name(fmt::format("install.{}.command", id),
                           Fact::of(fmt::format("{}{} -m pip install --upgrade --force-reinstall{}",
                                                uninstall_plugins(package, install->arguments, packages, python),
                                                python, install->arguments),
                                    list.sources));
  }
}

}  // namespace rigfit
