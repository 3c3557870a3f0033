#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "judge/support/builds.hpp"

namespace rigfit {

/// What resolve() found of one machine, as it is and in worlds that differ from it in a few facts: each question is
/// answered once. All worlds of a store are judged by the same rules. For one thread at a time.
class ResolutionStore {
 public:
  /// The answers for one framework on one platform.
  class Answers {
    friend class ResolutionStore;
    std::vector<bool> matters_;  ///< by number of a change: whether its builds look at what it changes
    struct Found {
      Resolution resolution;
      Wording words = Wording::none;
    };
    std::map<std::pair<std::vector<std::size_t>, std::vector<std::size_t>>, Found> found_;  ///< by changes and devices
  };

  /// The number of a change, the same whenever it is met again.
  std::size_t number_of(const std::string& name, const std::string& value);

  /// Where the answer is kept in a world with these changes, and whether it has to be found first, with these words.
  std::pair<Resolution*, bool> at(const FrameworkRule& framework, std::string_view platform,
                                  const std::vector<std::size_t>& changes, const std::vector<std::size_t>& devices,
                                  Wording words);

  /// How many different answers there are.
  std::size_t size() const;

 private:
  std::map<std::pair<const FrameworkRule*, std::string>, Answers> answers_;
  std::map<std::pair<std::string, std::string>, std::size_t> numbers_;
  std::vector<std::string> names_;  ///< of the changes, by number
};

/// resolve() for one set of facts, each question asked once: equal devices are judged as one, and a world in which
/// nothing differs that the builds look at has the resolution of the other.
class Resolver {
 public:
  /// All is referred to, and has to live as long. `world` is null for the facts as they are, and nothing kept.
  Resolver(const Facts& facts, const std::vector<const FrameworkRule*>& frameworks, const BuildDemands& demands,
           const SupposedWorld* world);

  const Resolution& resolve(const FrameworkRule& framework, std::string_view platform,
                            const std::vector<std::size_t>& devices);
  Wording words() const { return words_; }

  /// For each device of a platform the first one that is like it (alike.hpp).
  const std::vector<std::size_t>& alike(const Platform& platform);

 private:
  const Facts& facts_;
  const std::vector<const FrameworkRule*>& frameworks_;
  const BuildDemands& demands_;
  ResolutionStore own_;
  ResolutionStore& store_;
  Wording words_;
  std::vector<std::size_t> changes_;  ///< of this world, by number
  std::map<const Platform*, std::vector<std::size_t>> alike_;
};

}  // namespace rigfit
