#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "judge/support/builds.hpp"

namespace rigfit {

/// What resolve() found, in worlds that differ in a few facts of one machine.
class ResolutionStore {
 public:
  /// The part of `changes` that the builds of a framework for a platform look at, as one text.
  std::string seen_of(const WorldChanges& changes, const FrameworkRule& framework, std::string_view platform);

  struct Key {
    const FrameworkRule* framework;
    std::string platform, changes;
    std::vector<std::size_t> devices;
    bool operator<(const Key& other) const {
      return std::tie(framework, platform, changes, devices) <
             std::tie(other.framework, other.platform, other.changes, other.devices);
    }
  };
  std::map<Key, Resolution> found;

 private:
  std::map<std::pair<const FrameworkRule*, std::string>, std::set<std::string>> compared_;
};

/// resolve() for one set of facts, each question asked once: equal devices are judged as one, and a world in which
/// nothing differs that the builds look at has the resolution of the other.
class Resolver {
 public:
  /// All is referred to, and has to live as long. `store` is kept from one world to the next; null for a single one.
  Resolver(const Facts& facts, const std::vector<const FrameworkRule*>& frameworks, const BuildDemands& demands,
           const WorldChanges& changes, ResolutionStore* store);

  const Resolution& resolve(const FrameworkRule& framework, std::string_view platform,
                            const std::vector<std::size_t>& devices);

  /// For each device of a platform the first one that is like it (alike.hpp).
  const std::vector<std::size_t>& alike(const Platform& platform);

 private:
  const Facts& facts_;
  const std::vector<const FrameworkRule*>& frameworks_;
  const BuildDemands& demands_;
  const WorldChanges& changes_;
  ResolutionStore own_;
  ResolutionStore& store_;
  std::map<const Platform*, std::vector<std::size_t>> alike_;
};

}  // namespace rigfit
