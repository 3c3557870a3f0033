#include "judge/support/resolver.hpp"

#include "judge/support/alike.hpp"

namespace rigfit {
namespace {

std::set<std::string> compared_by(const FrameworkRule& framework, std::string_view platform) {
  // What the listed code and the choice of a Python are about, whatever the conditions name.
  std::vector<std::string> names = {"device.compute_capability", "device.architecture", "python.version",
                                    "python.versions", "os.family"};
  for (const Build& build : framework.builds) {
    if (build.platform != platform) continue;
    for (const Requirement& need : build.needs) add_compared_facts(need.when, names);
    if (build.device) add_compared_facts(*build.device, names);
  }
  return {names.begin(), names.end()};
}

}  // namespace

std::string ResolutionStore::seen_of(const WorldChanges& changes, const FrameworkRule& framework,
                                     std::string_view platform) {
  std::string seen;
  if (changes.empty()) return seen;
  const auto [compared, is_new] = compared_.try_emplace({&framework, std::string(platform)});
  if (is_new) compared->second = compared_by(framework, platform);
  for (const auto& [name, value] : changes)
    if (name.ends_with('/') || compared->second.contains(name.substr(name.find('/') + 1)))
      seen += name + "=" + value + '\n';
  return seen;
}

Resolver::Resolver(const Facts& facts, const std::vector<const FrameworkRule*>& frameworks, const BuildDemands& demands,
                   const WorldChanges& changes, ResolutionStore* store)
    : facts_(facts), frameworks_(frameworks), demands_(demands), changes_(changes), store_(store ? *store : own_) {}

const Resolution& Resolver::resolve(const FrameworkRule& framework, std::string_view platform,
                                    const std::vector<std::size_t>& devices) {
  const auto [entry, is_new] = store_.found.try_emplace(
      {&framework, std::string(platform), store_.seen_of(changes_, framework, platform), devices});
  if (is_new) {
    const Platform* where = facts_.platform(platform);
    entry->second = rigfit::resolve(framework, platform, devices, facts_, demands_,
                                    where ? alike(*where) : std::vector<std::size_t>{});
  }
  return entry->second;
}

const std::vector<std::size_t>& Resolver::alike(const Platform& platform) {
  const auto [entry, is_new] = alike_.try_emplace(&platform);
  if (is_new) entry->second = alike_devices(platform, frameworks_, facts_);
  return entry->second;
}

}  // namespace rigfit
