#include "judge/recommend/check_wishes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "judge/recommend/framework_word.hpp"
#include "text/edit_distance.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

template <class Items>
std::vector<std::string> ids_of(const Items& items) {
  std::vector<std::string> ids;
  for (const auto& item : items) ids.push_back(item.id);
  return ids;
}

bool is_among(const std::string& id, const std::vector<std::string>& ids) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

std::string no_such(std::string_view kind, std::string_view name, const std::vector<std::string>& known) {
  const std::string hint = did_you_mean(name, known);
  return fmt::format("there is no {} \"{}\"{}", kind, name, hint.empty() ? "; there are: " + join(known) : hint);
}

std::vector<std::string> factors_of(const RuleBook& rules, const Profile* profile) {
  std::vector<std::string> factors = ids_of(rules.factors);
  if (profile && profile->fit) factors.push_back(profile->fit->factor.id);
  return factors;
}

std::string unknown_name(const Wishes& wishes, const RuleBook& rules) {
  const Profile* profile = wishes.profile.empty() ? nullptr : rules.profile(wishes.profile);
  const std::vector<std::string> factors = factors_of(rules, profile);
  for (const auto& [factor, points] : wishes.points)
    if (!is_among(factor, factors)) return no_such("factor", factor, factors);
  if (!wishes.profile.empty() && !profile) return no_such("profile", wishes.profile, ids_of(rules.profiles));
  for (const std::string& id : wishes.candidates)
    if (!rules.framework(id)) return no_such_framework(id, rules);
  for (const std::string& text : wishes.demands)
    if (const auto demand = parse_demand(text, rules, profile); !demand) return demand.error();
  if (wishes.ratings.empty() || wishes.ratings == default_ratings) return "";
  std::vector<std::string> ratings = ids_of(rules.rating_sets);
  ratings.insert(ratings.begin(), std::string(default_ratings));
  const RatingSet* set = rules.rating_set(wishes.ratings);
  if (!set) return no_such("set of ratings", wishes.ratings, ratings);
  for (const std::string& id : wishes.candidates)
    if (!set->ratings.count(id)) return fmt::format("the ratings \"{}\" know nothing of {}", set->id, id);
  return "";
}

}  // namespace rigfit
