#include "judge/support/resolver.hpp"

#include <algorithm>

#include "judge/support/alike.hpp"

namespace rigfit {
namespace {

/// What is demanded of builds differs like a fact does.
constexpr std::string_view demanded_python = "(demanded)";

}  // namespace

namespace {

/// Whether builds look at a fact. What the listed code and the choice of a Python are about counts, whatever the
/// conditions name.
bool is_looked_at(std::string_view fact, const FrameworkRule& framework, std::string_view platform) {
  constexpr std::string_view always[] = {"device.compute_capability", "device.architecture", "python.version",
                                         "python.versions",           "os.family",           demanded_python};
  const std::vector<std::string>& compared = compared_facts(framework, platform);
  return std::find(std::begin(always), std::end(always), fact) != std::end(always) ||
         std::binary_search(compared.begin(), compared.end(), fact);
}

}  // namespace

std::size_t ResolutionStore::number_of(const std::string& name, const std::string& value) {
  const auto [entry, is_new] = numbers_.try_emplace({name, value}, names_.size());
  if (is_new) names_.push_back(name);
  return entry->second;
}

std::pair<Resolution*, bool> ResolutionStore::at(const FrameworkRule& framework, std::string_view platform,
                                                 const std::vector<std::size_t>& changes,
                                                 const std::vector<std::size_t>& devices, Wording words) {
  auto group = answers_.find({&framework, std::string(platform)});
  if (group == answers_.end()) group = answers_.emplace(std::pair(&framework, std::string(platform)), Answers{}).first;
  Answers& answers = group->second;
  for (std::size_t n = answers.matters_.size(); n < names_.size(); ++n) {
    const std::string_view name = names_[n];
    // A name that ends with "/" is about the whole of a platform, and may matter to any condition.
    answers.matters_.push_back(name.ends_with('/') ||
                               is_looked_at(name.substr(name.find('/') + 1), framework, platform));
  }
  std::vector<std::size_t> seen;
  for (const std::size_t change : changes)
    if (answers.matters_[change]) seen.push_back(change);
  const auto [entry, is_new] = answers.found_.try_emplace({std::move(seen), devices});
  Answers::Found& found = entry->second;
  const bool is_missing = is_new || (words == Wording::all && found.words == Wording::none);
  if (is_missing) found.words = words;
  return {&found.resolution, is_missing};
}

std::size_t ResolutionStore::size() const {
  std::size_t all = 0;
  for (const auto& [key, answers] : answers_) all += answers.found_.size();
  return all;
}

Resolver::Resolver(const Facts& facts, const std::vector<const FrameworkRule*>& frameworks, const BuildDemands& demands,
                   const SupposedWorld* world)
    : facts_(facts),
      frameworks_(frameworks),
      demands_(demands),
      store_(world ? world->store : own_),
      words_(world ? world->words : Wording::all) {
  if (world)
    for (const auto& [name, value] : world->changes) changes_.push_back(store_.number_of(name, value));
  if (demands.python) changes_.push_back(store_.number_of(std::string(demanded_python), demands.python->text()));
}

const Resolution& Resolver::resolve(const FrameworkRule& framework, std::string_view platform,
                                    const std::vector<std::size_t>& devices) {
  const auto [resolution, is_missing] = store_.at(framework, platform, changes_, devices, words_);
  if (is_missing) {
    const Platform* where = facts_.platform(platform);
    *resolution = rigfit::resolve(framework, platform, devices, facts_, demands_,
                                  where ? alike(*where) : std::vector<std::size_t>{}, words_);
  }
  return *resolution;
}

const std::vector<std::size_t>& Resolver::alike(const Platform& platform) {
  const auto [entry, is_new] = alike_.try_emplace(&platform);
  if (is_new) entry->second = alike_devices(platform, frameworks_);
  return entry->second;
}

}  // namespace rigfit
