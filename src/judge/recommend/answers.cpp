#include "judge/recommend/answers.hpp"

#include <algorithm>

namespace rigfit {
namespace {

using Ids = std::vector<std::string>;

bool share_one(const Ids& a, const Ids& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& id) { return std::count(b.begin(), b.end(), id) > 0; });
}

/// The wishes as they are meant for one of the two lists.
Wishes for_list(Wishes wishes, const RuleBook& rules, const Ids& list, const Ids& other) {
  wishes.candidates = list;
  std::erase_if(wishes.demands, [&](const std::string& text) {
    const auto demand = parse_demand(text, rules, rules.profile(wishes.profile));
    if (!demand) return false;
    const Ids admitted = demanded_frameworks(*demand);
    return !share_one(admitted, list) && share_one(admitted, other);
  });
  return wishes;
}

}  // namespace

tl::expected<Answers, std::string> answer(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                                          const Wishes& wishes, ResolutionStore* kept) {
  const Profile* profile = wishes.profile.empty() ? nullptr : rules.profile(wishes.profile);
  const bool has_other_ratings = !wishes.ratings.empty() && wishes.ratings != default_ratings;
  const bool is_one_list = !profile || !profile->runtimes || !wishes.candidates.empty() || has_other_ratings;
  Answers answers;
  auto framework = recommend(
      rules, facts, diagnosis,
      is_one_list ? wishes : for_list(wishes, rules, profile->candidates, profile->runtimes->candidates), kept);
  if (!framework) return tl::unexpected(framework.error());
  answers.framework = std::move(*framework);
  if (is_one_list) return answers;
  auto runtime = recommend(rules, facts, diagnosis,
                           for_list(wishes, rules, profile->runtimes->candidates, profile->candidates), kept);
  if (!runtime) return tl::unexpected(runtime.error());
  answers.runtime = std::move(*runtime);
  return answers;
}

}  // namespace rigfit
